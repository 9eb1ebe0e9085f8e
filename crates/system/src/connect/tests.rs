//! Hosts on this machine that go along, and such that do not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection};

use super::*;

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(100);

/// Starts a host that does this with the first who connects; its port.
fn host(serve: impl FnOnce(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || serve(listener.accept().unwrap().0));
    port
}

fn route(host: &str, port: u16, tls: bool) -> Route {
    Route {
        host: host.to_owned(),
        port,
        tls,
        through: None,
    }
}

fn kinds(reach: &Reach) -> Vec<StepKind> {
    reach.steps.iter().map(|step| step.kind).collect()
}

/// Speaks TLS as `proxy.test`, with a certificate that nobody has signed but itself.
fn speak_tls(mut stream: TcpStream) {
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(["proxy.test".to_owned()]).unwrap();
    let own = own.self_signed(&key).unwrap().der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own], key)
        .unwrap();
    let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
    while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
}

#[test]
fn each_step_is_taken_and_the_certificates_are_kept() {
    let port = host(speak_tls);
    let reached = reach(&route("localhost", port, true), LONG);
    assert_eq!(reached.failed(), None);
    let all = [StepKind::Name, StepKind::Connect, StepKind::Handshake];
    assert_eq!(kinds(&reached), all);
    assert_eq!(reached.steps[2].outcome, Ok("TLSv1_3".to_owned()));
    assert_eq!(reached.chain[0].names, ["proxy.test"]);

    let port = host(drop);
    let reached = reach(&route("127.0.0.1", port, false), LONG);
    assert_eq!(kinds(&reached), [StepKind::Connect]);
    assert_eq!(reached.failed(), None);
}

#[test]
fn a_proxy_is_asked_and_told_who_asks() {
    let port = host(|mut stream| {
        let lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let head: Vec<_> = lines
            .map(Result::unwrap)
            .take_while(|line| !line.is_empty())
            .collect();
        assert_eq!(head[0], "CONNECT proxy.test:443 HTTP/1.1");
        assert!(head.contains(&"Proxy-Authorization: Basic secret".to_owned()));
        stream
            .write_all(b"HTTP/1.1 200 Here you are\r\n\r\n")
            .unwrap();
        speak_tls(stream);
    });
    let mut route = route("proxy.test", 443, true);
    route.through = Some(Between {
        host: "127.0.0.1".into(),
        port,
        authorization: Some("Basic secret".into()),
    });
    assert!(!format!("{route:?}").contains("secret"));
    let reached = reach(&route, LONG);
    assert_eq!(reached.failed(), None, "{reached:?}");
    let all = [StepKind::Connect, StepKind::Tunnel, StepKind::Handshake];
    assert_eq!(kinds(&reached), all);
    assert_eq!(reached.chain.len(), 1);

    let port = host(|mut stream| {
        let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
        stream.write_all(answer).unwrap();
        let _ = stream.read(&mut [0; 1024]);
    });
    route.through.as_mut().unwrap().port = port;
    let reached = reach(&route, LONG);
    let failed = reached.failed().unwrap();
    assert_eq!(failed.kind, StepKind::Tunnel);
    assert!(failed.outcome.as_ref().unwrap_err().contains("407 Proxy"));
}

#[test]
fn the_step_that_fails_is_the_last() {
    let failed = |route: &Route, limit| {
        let reached = reach(route, limit);
        let step = reached.failed().unwrap();
        (step.kind, step.outcome.clone().unwrap_err())
    };
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (kind, words) = failed(&route("127.0.0.1", gone.port(), true), LONG);
    assert_eq!(kind, StepKind::Connect);
    assert!(words.contains("refused"), "{words}");

    // No name server is asked for a label that is too long to be one.
    let (kind, _) = failed(&route(&"a".repeat(64), 443, true), LONG);
    assert_eq!(kind, StepKind::Name);

    let silent = host(|mut stream| drop(stream.read_to_end(&mut Vec::new())));
    let (kind, words) = failed(&route("127.0.0.1", silent, true), SHORT);
    assert_eq!((kind, &*words), (StepKind::Handshake, "no answer"));

    let plain = host(|mut stream| {
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap()
    });
    let (kind, _) = failed(&route("127.0.0.1", plain, true), LONG);
    assert_eq!(kind, StepKind::Handshake);
}
