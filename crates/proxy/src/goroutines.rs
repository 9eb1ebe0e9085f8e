//! What a dump of gopls's goroutines says of the call that blocks.

use serde_json::{Value, json};

/// The request that gopls is working on and where it waits, from the text of
/// `/debug/pprof/goroutine?debug=2`; `None` where no request is being handled.
///
/// gopls handles one request at a time, in a goroutine with `serverDispatch` on its stack
/// (`internal/protocol/tsserver.go`); the innermost function of x/tools there is the call that
/// blocks. A load waits in a goroutine of its own, so it is named besides.
pub(crate) fn blocked(dump: &str) -> Option<Value> {
    let goroutines = dump.split("\n\n");
    let (state, calls) = goroutines.filter_map(goroutine).find(|(_, calls)| {
        calls.iter().any(|call| is_dispatch(call)) && handler(calls).is_some()
    })?;
    let call = calls
        .iter()
        .find(|call| call.starts_with(TOOLS))
        .map(|call| short(call));
    Some(json!({
        "handler": handler(&calls),
        "call": call,
        "state": state,
        "loading": dump.contains("internal/cache.(*Snapshot).load("),
    }))
}

/// Where gopls and the libraries written for it live.
const TOOLS: &str = "golang.org/x/tools/";

/// The state and the calls, innermost first, of one goroutine.
fn goroutine(text: &str) -> Option<(&str, Vec<&str>)> {
    let mut lines = text.trim_start().lines();
    let first = lines.next()?.strip_prefix("goroutine ")?;
    let state = first.split_once('[')?.1.split_once(']')?.0;
    // Each call is followed by its place, indented.
    Some((
        state,
        lines.filter(|line| !line.starts_with('\t')).collect(),
    ))
}

fn is_dispatch(call: &str) -> bool {
    call.contains("/protocol.serverDispatch(") || call.contains("/protocol.ServerDispatchCall(")
}

/// The server's method that handles the request: the outermost one of its type.
fn handler<'a>(calls: &[&'a str]) -> Option<&'a str> {
    let mut methods = calls.iter().filter_map(|call| {
        let (_, method) = call
            .split_once("(*server).")
            .or_else(|| call.split_once("(*Server)."))?;
        call.contains("/gopls/internal/")
            .then(|| method.split(['(', '.']).next())?
    });
    methods.next_back()
}

/// `cache.(*Snapshot).load` of `golang.org/x/tools/gopls/internal/cache.(*Snapshot).load(0x1, ...)`.
fn short(call: &str) -> &str {
    let name = call.rfind('/').map_or(call, |slash| &call[slash + 1..]);
    // The arguments begin at the last parenthesis that no receiver has.
    name.rfind('(').map_or(name, |arguments| &name[..arguments])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From gopls 0.23.0 with a GOPROXY that never answers, shortened.
    const LOADING: &str = "\
goroutine 118 [chan receive]:
golang.org/x/tools/gopls/internal/lsprpc.(*StreamServer).ServeStream(0xd2fbd47e180, {0x15e4498})
\t/m/gopls@v0.23.0/internal/lsprpc/lsprpc.go:136 +0x89b

goroutine 9 [sync.WaitGroup.Wait, 2 minutes]:
sync.(*WaitGroup).Wait(0xd2fbd507a80)
\t/usr/local/go/src/sync/waitgroup.go:206 +0x85
golang.org/x/tools/gopls/internal/server.(*server).addFolders(0xd2fbd2d6600, {0x15e4498, 0xd2fbd628ae0}, {0xd2fbd1d62a0})
\t/m/gopls@v0.23.0/internal/server/general.go:451 +0xa05
golang.org/x/tools/gopls/internal/server.(*server).Initialized(0xd2fbd2d6600, {0x15e4498?}, 0x1166380?)
\t/m/gopls@v0.23.0/internal/server/general.go:297 +0x2e5
golang.org/x/tools/gopls/internal/protocol.ServerDispatchCall({0x15e4498}, {0x160b0f0}, {0xd2fbd29e643})
\t/m/gopls@v0.23.0/internal/protocol/tsserver.go:329 +0x6ae
golang.org/x/tools/gopls/internal/protocol.serverDispatch({0x15e4498}, {0x160b0f0}, 0xd2fbd628960)
\t/m/gopls@v0.23.0/internal/protocol/tsserver.go:202 +0x99
created by golang.org/x/tools/gopls/internal/protocol.Handlers.AsyncHandler.func2 in goroutine 122
\t/m/internal/jsonrpc2/handler.go:101 +0x22f

goroutine 135 [select]:
golang.org/x/tools/gopls/internal/cache.(*Snapshot).load(0xd2fbd6c2240, {0x15e44d0}, 0x1)
\t/m/gopls@v0.23.0/internal/cache/load.go:129 +0xb70
";

    #[test]
    fn the_blocking_call_is_the_innermost_of_gopls_in_the_handler() {
        let expected = json!({
            "handler": "Initialized",
            "call": "server.(*server).addFolders",
            "state": "sync.WaitGroup.Wait, 2 minutes",
            "loading": true,
        });
        assert_eq!(blocked(LOADING), Some(expected));
    }

    #[test]
    fn where_nothing_is_handled_nothing_is_named() {
        let idle = LOADING.split("\n\n").next().unwrap();
        assert_eq!(blocked(idle), None);
        assert_eq!(blocked(""), None);
        assert_eq!(blocked("<html>not a dump</html>"), None);
    }
}
