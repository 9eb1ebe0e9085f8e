//! The way to a server, gone step by step.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use system::{Between, Certificate, Reach, Route, Step, StepKind, System};
use time::OffsetDateTime;
use time::macros::format_description;
use url::Url;

use super::http_proxy::HttpProxy;
use crate::Workspace;

/// How long the way may take.
const LIMIT: Duration = Duration::from_secs(5);

/// How many certificates are told of, and how many names of each.
const MOST: usize = 3;

/// The way to a server, and how far it led.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// The HTTP proxy on it.
    pub(crate) http_proxy: Option<HttpProxy>,
    /// How far it led.
    pub(crate) reach: Reach,
}

impl Way {
    /// Goes it. Where an HTTP proxy is on it that wants to be spoken to otherwise than in plain HTTP, it is not
    /// gone, and has no steps.
    pub(crate) fn gone(system: &dyn System, workspace: &Workspace, to: &Url) -> Self {
        let http_proxy = HttpProxy::on_the_way(system, workspace, to);
        let route = match &http_proxy {
            Some(proxy) => between(&proxy.url).map(Some),
            None => Some(None),
        };
        let route = route.and_then(|through| {
            Some(Route {
                host: host(to)?,
                port: to.port_or_known_default()?,
                tls: to.scheme() == "https",
                through,
            })
        });
        let reach = route.map(|route| system.reach(&route, LIMIT));
        Self {
            http_proxy,
            reach: reach.unwrap_or_default(),
        }
    }

    /// The HTTP proxy on it, and what it does, where that is where it ends.
    pub(crate) fn ends_at(&self) -> Option<(&HttpProxy, &'static str)> {
        let proxy = self.http_proxy.as_ref()?;
        let fault = match self.reach.failed()?.kind {
            StepKind::Name => "has a name that leads nowhere",
            StepKind::Connect => "takes no connection",
            StepKind::Tunnel => "does not connect to it",
            StepKind::Handshake => return None,
        };
        Some((proxy, fault))
    }

    /// What was seen on it, for evidence.
    pub(crate) fn evidence(&self) -> Vec<String> {
        let mut facts = Vec::new();
        facts.extend(
            self.http_proxy
                .as_ref()
                .map(|proxy| proxy.variable.evidence()),
        );
        facts.extend(self.reach.steps.iter().map(step));
        facts
    }

    /// The certificates that were presented, for evidence.
    pub(crate) fn presented(&self) -> Vec<String> {
        self.reach
            .chain
            .iter()
            .take(MOST)
            .map(certificate)
            .collect()
    }
}

fn between(proxy: &Url) -> Option<Between> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let user = decoded(proxy.username());
    let password = proxy.password().map(decoded);
    let asks = !user.is_empty() || password.is_some();
    let own = format!("{user}:{}", password.unwrap_or_default());
    (proxy.scheme() == "http").then_some(())?;
    Some(Between {
        host: host(proxy)?,
        port: proxy.port_or_known_default()?,
        authorization: asks.then(|| format!("Basic {}", STANDARD.encode(own))),
    })
}

fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(
        host.trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned(),
    )
}

fn step(step: &Step) -> String {
    let Step {
        kind, with, taken, ..
    } = step;
    let taken = format!("({} ms)", taken.as_millis());
    match (kind, &step.outcome) {
        (StepKind::Name, Ok(addresses)) => format!("the name {with} leads to {addresses} {taken}"),
        (StepKind::Name, Err(error)) => format!("the name {with} leads nowhere: {error} {taken}"),
        (StepKind::Connect, Ok(_)) => format!("{with} accepts the connection {taken}"),
        (StepKind::Connect, Err(error)) => format!("connecting to {with}: {error} {taken}"),
        (StepKind::Tunnel, Ok(_)) => format!("the HTTP proxy connects to {with} {taken}"),
        (StepKind::Tunnel, Err(error)) => {
            format!("the HTTP proxy does not connect to {with}: {error} {taken}")
        }
        (StepKind::Handshake, Ok(version)) => format!("{with} speaks {version} {taken}"),
        (StepKind::Handshake, Err(error)) => format!("TLS with {with}: {error} {taken}"),
    }
}

fn certificate(certificate: &Certificate) -> String {
    let Certificate {
        subject,
        issuer,
        names,
        not_before,
        not_after,
    } = certificate;
    let names = match names.split_at_checked(MOST) {
        Some((some, others @ [_, ..])) => {
            format!(" for {} and {} more", some.join(", "), others.len())
        }
        _ if names.is_empty() => String::new(),
        _ => format!(" for {}", names.join(", ")),
    };
    let by = match certificate.is_self_issued() {
        true => "by itself".to_owned(),
        false => format!("by {issuer}"),
    };
    format!(
        "presented: the certificate of {subject}{names}, issued {by}, which holds from {} to {}",
        shown(*not_before),
        shown(*not_after)
    )
}

/// A time, as far as it matters here.
pub(crate) fn shown(time: SystemTime) -> String {
    let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
    };
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok();
    let text = time.and_then(|time| time.format(format).ok());
    text.unwrap_or_else(|| format!("{seconds} s after 1970"))
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    #[test]
    fn what_was_seen_on_the_way_is_told_in_order() {
        let step = |kind, with: &str, outcome| Step {
            kind,
            with: with.into(),
            taken: Duration::from_millis(7),
            outcome,
        };
        let reach = Reach {
            steps: vec![
                step(StepKind::Connect, "10.0.0.1:3128", Ok(String::new())),
                step(StepKind::Tunnel, "proxy.test:443", Err("no answer".into())),
            ],
            chain: vec![Certificate {
                subject: "CN=proxy.test".into(),
                issuer: "CN=Gate".into(),
                names: ["proxy.test", "b", "c", "d", "e"].map(String::from).into(),
                not_before: SystemTime::UNIX_EPOCH,
                not_after: SystemTime::UNIX_EPOCH + Duration::from_secs(86_400),
            }],
        };
        let route = Route {
            host: "proxy.test".into(),
            port: 443,
            tls: true,
            through: Some(Between {
                host: "10.0.0.1".into(),
                port: 3128,
                authorization: Some("Basic bWU6c2VjcmV0IQ==".into()),
            }),
        };
        let system = MadeUp::default()
            .with_var("HTTPS_PROXY", "http://me:secret%21@10.0.0.1:3128")
            .with_reach(route, reach);
        let to = Url::parse("https://proxy.test").unwrap();
        let way = Way::gone(&system, &Workspace::new("/w"), &to);
        let (proxy, fault) = way.ends_at().unwrap();
        assert_eq!(proxy.variable.name, "HTTPS_PROXY");
        assert_eq!(fault, "does not connect to it");
        let evidence = way.evidence();
        assert!(
            evidence[0].starts_with("HTTPS_PROXY=http://10.0.0.1:3128 "),
            "{evidence:?}"
        );
        assert_eq!(
            evidence[1..],
            [
                "10.0.0.1:3128 accepts the connection (7 ms)",
                "the HTTP proxy does not connect to proxy.test:443: no answer (7 ms)"
            ]
        );
        assert_eq!(
            way.presented(),
            [
                "presented: the certificate of CN=proxy.test for proxy.test, b, c and 2 more, issued by CN=Gate, which \
              holds from 1970-01-01 00:00 UTC to 1970-01-02 00:00 UTC"
            ]
        );
    }
}
