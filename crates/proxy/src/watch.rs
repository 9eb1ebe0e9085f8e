//! Looks at what waits, and says so while it waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use protocol::traffic::EventName;
use serde_json::{Value, json};

use crate::goroutines;
use crate::observe::observe;
use crate::own::Level;
use crate::shared::{Shared, lock};
use crate::timeout::Overdue;

/// How often the table is looked at while something waits.
const TICK: Duration = Duration::from_millis(100);

/// How often it is looked at while nothing does.
const IDLE_TICK: Duration = Duration::from_millis(250);

/// How long gopls may take to answer `shutdown`. VS Code gives it 2 s for that and for its end
/// (`goLanguageServer.ts`), then kills the whole tree.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(1);

/// Whether gopls can be asked for its goroutines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DebugServer {
    /// It was started without a debug server.
    Off,
    /// It was started with one; its address stands in its standard error.
    On,
    /// It runs in a daemon, of which this gopls is only the messenger (`-remote`).
    InDaemon,
}

/// Watches until it is dropped.
pub(crate) async fn watch(shared: Arc<Shared>, pid: u32, debug: DebugServer) {
    loop {
        let idle = shared.pending.is_empty();
        tokio::time::sleep(if idle { IDLE_TICK } else { TICK }).await;
        answer_shutdown(&shared);
        let now = Instant::now();
        let thresholds = shared.thresholds.load_full();
        let overdue = shared
            .pending
            .time_out(now, |side, method| thresholds.of(side, method));
        if overdue.is_empty() {
            continue;
        }
        let waiting = shared.pending.waiting();
        let silent = shared.server_silent();
        let mut reports = Vec::new();
        for (asker, id, request) in overdue {
            let threshold = thresholds.of(asker, &request.method).unwrap_or_default();
            let in_a_row = shared.slow.count(asker, &request.method);
            let waiting = waiting.clone();
            reports.push(Overdue {
                asker,
                id,
                request,
                threshold,
                waiting,
                silent,
                in_a_row,
            });
        }
        // Looking at the machine takes its time; the next tick does not wait for it.
        tokio::spawn(report(shared.clone(), pid, debug, reports, now));
    }
}

/// During a hung load gopls does not answer `shutdown`; the editor shall not wait for it.
fn answer_shutdown(shared: &Shared) {
    let due = lock(&shared.shutdown).take_if(|(_, asked)| asked.elapsed() >= SHUTDOWN_LIMIT);
    let Some((id, _)) = due else { return };
    if let Some(request) = shared.pending.answer_early(&id) {
        shared.answer_client(&id, &request, Ok(Value::Null));
    }
}

/// Puts on record what waits, and tells the user once for each method that is slow every time.
async fn report(
    shared: Arc<Shared>,
    pid: u32,
    debug: DebugServer,
    reports: Vec<Overdue>,
    now: Instant,
) {
    let seen = match debug {
        DebugServer::InDaemon => None,
        _ => tokio::task::spawn_blocking(move || observe(pid))
            .await
            .ok()
            .flatten(),
    };
    let address = lock(&shared.debug_address).clone();
    let goroutines = match (debug, address) {
        (DebugServer::On, Some(address)) => save_goroutines(&shared, &address).await,
        _ => None,
    };
    for overdue in reports {
        let mut data = overdue.data(now);
        let mut text = overdue.text(now);
        match (&seen, debug) {
            (Some(seen), _) => {
                data["server"] = seen.data();
                text.push_str(&format!(" {}.", seen.text()));
            }
            (None, DebugServer::InDaemon) => {
                data["server"] = json!({ "not_observed": "it runs in a daemon (-remote)" });
                text.push_str(
                    " What gopls does cannot be observed: it runs in a daemon (-remote).",
                );
            }
            (None, _) => {}
        }
        if let Some(goroutines) = &goroutines {
            data["goroutines"] = goroutines.clone();
            text.push_str(&blocked_text(goroutines));
        } else if debug == DebugServer::Off {
            data["hint"] = HINT.into();
            text.push_str(&format!(" {HINT}"));
        }
        let waits = shared
            .pending
            .still_waits(overdue.asker, &overdue.id, &overdue.request);
        if !waits {
            data["answered_meanwhile"] = true.into();
            text.push_str(" It was answered while goplens looked at the machine.");
        }
        data["text"] = text.as_str().into();
        shared.event(EventName::Timeout, data);
        if waits && overdue.in_a_row == 1 {
            shared.tell(Level::Warning, &text);
        }
    }
}

/// How to learn more the next time.
const HINT: &str =
    "To see which call blocks, set `debug = true` in goplens's configuration and restart.";

/// How many dumps a session keeps; a hang shows the same ones again and again.
const MOST_DUMPS: u32 = 10;

/// Fetches gopls's goroutines and keeps them beside the trace; gopls answers this at once even
/// while it hangs.
async fn save_goroutines(shared: &Shared, address: &str) -> Option<Value> {
    let number = shared.dumps.fetch_add(1, Ordering::Relaxed) + 1;
    if number > MOST_DUMPS {
        return None;
    }
    let path = "/debug/pprof/goroutine?debug=2";
    let dump = match system::get(address, path, 4 << 20, Duration::from_secs(2)).await {
        Ok(dump) => dump,
        Err(error) => return Some(json!({ "error": format!("http://{address}{path}: {error}") })),
    };
    let blocked = goroutines::blocked(&String::from_utf8_lossy(&dump));
    let tap = shared.tap.clone();
    let name = format!("goroutines-{number}.txt");
    let file = tokio::task::spawn_blocking(move || tap.attach(&name, &dump)).await;
    Some(json!({ "file": file.ok().flatten(), "blocked": blocked }))
}

fn blocked_text(goroutines: &Value) -> String {
    let mut text = String::new();
    let blocked = &goroutines["blocked"];
    if let (Some(handler), Some(state)) = (blocked["handler"].as_str(), blocked["state"].as_str()) {
        let call = blocked["call"]
            .as_str()
            .unwrap_or("a call of the Go library");
        text.push_str(&format!(
            " It is handling {handler} and blocks in {call} ({state})"
        ));
        text.push_str(match blocked["loading"].as_bool() {
            Some(true) => ", while it loads packages.",
            _ => ".",
        });
    }
    if let Some(file) = goroutines["file"].as_str() {
        text.push_str(&format!(" All its goroutines: {file}"));
    }
    if let Some(error) = goroutines["error"].as_str() {
        text.push_str(&format!(" Its goroutines could not be had: {error}"));
    }
    text
}
