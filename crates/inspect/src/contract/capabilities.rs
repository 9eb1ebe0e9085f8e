//! `unadvertised-capability`: one peer relies on what the other one has never said that it can.

use doctor::releases::{self, Feature};
use protocol::traffic::{Kind, Message};
use protocol::{Direction, Method};
use trace::finding::{Action, Code, Finding, Severity};

use crate::contract::agreed::{Agreed, body, registrations, written};
use crate::contract::needs::{self, Capability, OfContent};
use crate::json;

/// What in a message relies on something that was not agreed on.
pub(super) fn unadvertised(agreed: &Agreed, message: &Message) -> Vec<Finding> {
    let Some(method) = message.method.as_ref().filter(|_| agreed.is_known) else {
        return Vec::new();
    };
    match (message.kind, message.direction) {
        (Kind::Response, Direction::ServerToClient) if *method == Method::INITIALIZE => {
            encoding(agreed).into_iter().collect()
        }
        (Kind::Response, Direction::ServerToClient) => said(agreed, method, message),
        (Kind::Response, Direction::ClientToServer)
            if *method == Method::CLIENT_REGISTER_CAPABILITY =>
        {
            refused(agreed, message).into_iter().collect()
        }
        (Kind::Request, Direction::ClientToServer) => {
            asked(agreed, method, message).into_iter().collect()
        }
        (Kind::Request, Direction::ServerToClient) => {
            let registered = match *method == Method::CLIENT_REGISTER_CAPABILITY {
                true => registered(agreed, message),
                false => Vec::new(),
            };
            demanded(agreed, method)
                .into_iter()
                .chain(registered)
                .chain(said(agreed, method, message))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The client asks for what the server has not offered.
fn asked(agreed: &Agreed, method: &Method, message: &Message) -> Option<Finding> {
    let client = &agreed.client;
    if *method == Method::WORKSPACE_EXECUTE_COMMAND {
        let request = body(message);
        let command = request["params"]["command"].as_str()?;
        return (!agreed.is_command(command)).then(|| {
            finding(
                format!("{client} runs the command `{command}`, which gopls has not offered."),
                "gopls refuses a command that it does not have.",
                format!("command {command}"),
            )
            .evidence("it is not among the commands of `executeCommandProvider` in gopls's answer to `initialize`")
            .elsewhere(agreed, Feature::Command(command))
        });
    }
    let need = needs::of_server(method)?;
    (!agreed.is_offered(need)).then(|| {
        let capability = need.capability();
        let registered = need.registration();
        finding(
            format!("{client} asks for `{method}`, which gopls has not offered."),
            "gopls refuses what it does not have, and the feature is missing.",
            format!("asked {method}"),
        )
        .evidence(format!(
            "`{capability}` is not in gopls's answer to `initialize`, and gopls has not registered for \
             `{registered}`"
        ))
        .elsewhere(agreed, Feature::Capability(need.provider))
    })
}

/// Adds which releases of gopls have what this one has not offered.
trait Elsewhere {
    fn elsewhere(self, agreed: &Agreed, feature: Feature<'_>) -> Self;
}

impl Elsewhere for Finding {
    fn elsewhere(self, agreed: &Agreed, feature: Feature<'_>) -> Self {
        match releases::where_instead(feature, &agreed.gopls) {
            Some(when) => self.evidence(format!("gopls says it is {}; {when}", agreed.gopls)),
            None => self,
        }
    }
}

/// The server asks for what the client has not said that it can do.
fn demanded(agreed: &Agreed, method: &Method) -> Option<Finding> {
    let need = needs::of_client(method)?;
    (!agreed.is_taken(need.capability)).then(|| {
        let capability = dotted(need.capability);
        finding(
            format!(
                "gopls asks for `{method}`, which {} has not said that it can do.",
                agreed.client
            ),
            "The editor may refuse it, and what gopls wanted does not happen.",
            format!("demanded {method}"),
        )
        .evidence(format!("the client's capabilities have no `{capability}`"))
    })
}

/// The server answers, or asks, in a way that the client has not said that it can take.
fn said(agreed: &Agreed, method: &Method, message: &Message) -> Vec<Finding> {
    let needs = needs::of_content(method).filter(|need| !agreed.can(need.capability));
    let needs: Vec<&OfContent> = needs.collect();
    if needs.is_empty() {
        return Vec::new();
    }
    let Some(body) = written(message).and_then(json::read) else {
        return Vec::new();
    };
    let (does, content) = match message.kind {
        Kind::Response => ("answers", &body["result"]),
        Kind::Request | Kind::Notification => ("sends", &body["params"]),
    };
    let needs = needs.into_iter().filter(|need| (need.is_in)(content));
    needs
        .map(|need| {
            let what = need.what;
            finding(
                format!(
                    "gopls {does} `{method}` with {what}, which {} has not said that it can take.",
                    agreed.client
                ),
                "The editor may show nothing, or do nothing or something else than was meant.",
                format!("said {method} {what}"),
            )
            .evidence(missing(need.capability))
        })
        .collect()
}

/// What the client has not said.
fn missing(capability: Capability) -> String {
    match capability {
        Capability::Any(some) => {
            let some: Vec<String> = some
                .iter()
                .map(|one| format!("`{}`", dotted(one)))
                .collect();
            format!(
                "the client's capabilities have no {}",
                some.join(" and no ")
            )
        }
        Capability::Lists(list, entry) | Capability::ListsIfAny(list, entry) => {
            format!("`{}` of the client does not list `{entry}`", dotted(list))
        }
    }
}

/// A JSON pointer as a path.
fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// The server registers for what the client does not let it register for.
fn registered(agreed: &Agreed, message: &Message) -> Vec<Finding> {
    let not_taken = |method: String| {
        let (capability, is_taken) = agreed.takes_registration(&method)?;
        (!is_taken).then(|| {
            finding(
                format!(
                    "gopls registers for `{method}`, which {} has not said that it lets servers do.",
                    agreed.client
                ),
                "The editor may refuse it or not go by it, and gopls never hears what it has registered for.",
                format!("registered {method}"),
            )
            .evidence(format!("the client's capabilities have no `{capability}`"))
        })
    };
    let all = registrations(&body(message)).into_iter();
    all.filter_map(|one| not_taken(one.method)).collect()
}

/// The client takes no registration that the server has made.
fn refused(agreed: &Agreed, message: &Message) -> Option<Finding> {
    let answer = body(message);
    let error = answer.get("error").filter(|error| !error.is_null())?;
    let asked = message.asked.as_deref().and_then(json::read)?;
    let request = serde_json::json!({ "params": asked });
    let methods = registrations(&request).into_iter();
    let methods: Vec<String> = methods.map(|one| format!("`{}`", one.method)).collect();
    let methods = methods.join(", ");
    let words = error["message"].as_str().unwrap_or_default();
    Some(
        finding(
            format!("{} does not take gopls's registration for {methods}.", agreed.client),
            "gopls never hears what it has registered for: changes of files on disk, or of settings.",
            format!("refused {methods}"),
        )
        .evidence(format!("it answered: {words}")),
    )
}

/// The two count columns differently.
fn encoding(agreed: &Agreed) -> Option<Finding> {
    let encoding = agreed.foreign_encoding()?;
    let finding = finding(
        format!(
            "gopls counts columns in {encoding}, which {} has not offered.",
            agreed.client
        ),
        "In lines with letters outside of ASCII the two mean different places.",
        "encoding".to_owned(),
    )
    .severity(Severity::Warning)
    .evidence(format!(
        "`general.positionEncodings` of the client does not list {encoding}"
    ));
    // A person sees it: in what the editor shows nothing fits.
    Some(Finding {
        quiet: false,
        ..finding
    })
}

fn finding(title: String, cause: &str, subject: String) -> Finding {
    Finding::new(Code::UnadvertisedCapability, title, cause)
        .severity(Severity::Info)
        .about(subject)
        .fix(
            "Bring the editor, its plug-in and gopls up to date",
            Action::Hand("Where it stays, report it to the makers of the one that asks.".into()),
        )
        .quietly()
}

#[cfg(test)]
mod tests;
