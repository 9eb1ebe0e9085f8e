use std::sync::Mutex;

use protocol::traffic::{Batch, Item, Kind};
use protocol::{Direction, Method};
use serde_json::{Value, json};
use system::made_up::MadeUp;

use super::*;
use crate::outlet::{Chosen, TakingPart, Waiting};

/// Writes down all that it is told.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Notes {
    fn note(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }

    /// Waits for a note that begins so.
    fn wait_for(&self, start: &str) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let notes = self.0.lock().unwrap().clone();
            if let Some(note) = notes.iter().find(|note| note.starts_with(start)) {
                return note.clone();
            }
            assert!(Instant::now() < end, "no {start:?} in {notes:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Outlet for Notes {
    fn ask(&self, _: &str, _: Value, _: Duration) -> Option<Value> {
        None
    }

    fn waiting(&self) -> Vec<Waiting> {
        Vec::new()
    }

    fn server(&self) -> Option<u32> {
        None
    }

    fn gopls(&self) -> Option<Chosen> {
        None
    }

    fn show(&self, uri: &str, findings: Vec<Finding>) {
        let fixes: usize = findings.iter().map(|finding| finding.fixes.len()).sum();
        self.note(format!("show {uri} {}, {fixes} fixes", findings.len()));
    }

    fn raised(&self, finding: &Finding, _first: bool) {
        let uri = finding.uri.as_deref().unwrap_or("nowhere");
        self.note(format!("raised {} {uri}", finding.code));
    }

    fn cleared(&self, finding: &Finding) {
        self.note(format!("cleared {}", finding.code));
    }

    fn explained(&self, _: &Method, _: &str, _: &[&'static str]) {}

    fn versions(&self, _: &[TakingPart]) {}

    fn say(&self, text: &str) {
        self.note(format!("say {text}"));
    }

    fn tell(&self, text: &str) {
        self.note(format!("tell {text}"));
    }
}

/// Finds something in each `didOpen`, or panics over it.
struct OnOpen(Option<Finding>);

impl Inspector for OnOpen {
    fn name(&self) -> &'static str {
        "on-open"
    }

    fn interests(&self) -> MethodSet {
        MethodSet::new().with(Method::TEXT_DOCUMENT_DID_OPEN)
    }

    fn on_event(&mut self, _: &Session, event: &Event<'_>, report: &mut Report) {
        match (event, &self.0) {
            (Event::Message(_), Some(finding)) => report.raise(finding.clone()),
            (Event::Message(_), None) => panic!("a fault of an inspector"),
            (Event::CheckAgain, Some(finding)) if finding.code == Code::NoModule => {
                panic!("a later fault")
            }
            (Event::CheckAgain, Some(finding)) => {
                report.clear(finding.code, &finding.subject, None);
            }
            _ => {}
        }
    }
}

fn send(feed: &Feed, method: Method, kind: Kind, body: Value) {
    let body = body.to_string();
    let message = Message {
        direction: match kind {
            Kind::Response => Direction::ServerToClient,
            _ => Direction::ClientToServer,
        },
        kind,
        method: Some(method),
        id: None,
        size: body.len() as u64,
        body: Some(body.into()),
        checked: true,
        latency: None,
        outcome: None,
        asked: None,
        at_server: Default::default(),
        made_here: false,
    };
    let picked = feed.pick(&Batch {
        time: SystemTime::now(),
        items: vec![Item::Message(message)],
    });
    feed.inspect(Some(1), picked);
}

fn initialized(feed: &Feed) {
    let body = json!({ "result": { "capabilities": {} } });
    send(feed, Method::INITIALIZE, Kind::Response, body);
}

fn begin<I: Inspector + 'static>(system: MadeUp, inspectors: Vec<I>) -> (Feed, Arc<Notes>) {
    begin_with(system, inspectors, true)
}

/// Begins a session in which `initialize` may not be answered yet.
fn begin_with<I: Inspector + 'static>(
    system: MadeUp,
    inspectors: Vec<I>,
    answered: bool,
) -> (Feed, Arc<Notes>) {
    let notes = Arc::new(Notes::default());
    let boxed = inspectors
        .into_iter()
        .map(|one| Box::new(one) as Box<dyn Inspector>);
    let system: Arc<dyn System> = Arc::new(system);
    let spellings = Spellings::start(system.clone(), paths::Maps::default());
    let feed = start_with(system, notes.clone(), spellings, boxed.collect());
    let initialize = json!({ "params": { "rootUri": "file:///w" } });
    send(&feed, Method::INITIALIZE, Kind::Request, initialize);
    if answered {
        initialized(&feed);
    }
    let document = json!({ "uri": "file:///w/a.go", "version": 1, "text": "package a\n" });
    let open = json!({ "params": { "textDocument": document } });
    send(
        &feed,
        Method::TEXT_DOCUMENT_DID_OPEN,
        Kind::Notification,
        open,
    );
    (feed, notes)
}

fn finding(code: Code) -> Finding {
    Finding::new(code, "A.", "B.")
}

#[test]
fn one_that_panics_is_switched_off_and_the_others_go_on() {
    let others = OnOpen(Some(finding(Code::ImportCycle)));
    let (feed, notes) = begin(MadeUp::default(), vec![OnOpen(None), others]);
    notes.wait_for("say the inspector on-open failed and is switched off");
    notes.wait_for("raised import-cycle");
    feed.check_again();
    notes.wait_for("cleared import-cycle");
}

#[test]
fn what_is_about_no_file_is_shown_where_the_workspace_begins() {
    let stuck = || vec![OnOpen(Some(finding(Code::LoadStuck)))];
    let (feed, notes) = begin(MadeUp::default(), stuck());
    assert_eq!(
        notes.wait_for("raised"),
        "raised load-stuck file:///w/a.go",
        "there is nothing else"
    );
    feed.check_again();
    notes.wait_for("show file:///w/a.go 0");
    let module = MadeUp::default().with_file("/w/go.mod", "module w\n");
    let (_, notes) = begin(module, stuck());
    notes.wait_for("raised load-stuck file:///w/go.mod");
    notes.wait_for("show file:///w/go.mod 1");
}

#[test]
fn a_setting_is_shown_in_the_file_that_has_it() {
    let settings = "{\n  \"gopls\": { \"bogus\": 1 }\n}\n";
    let system = MadeUp::default()
        .with_file("/w/go.mod", "module w\n")
        .with_file("/w/.vscode/settings.json", settings);
    let setting = finding(Code::GoplsSettingsInvalid).about("bogus");
    let (_, notes) = begin(system, vec![OnOpen(Some(setting))]);
    notes.wait_for("raised gopls-settings-invalid file:///w/.vscode/settings.json");
}

#[test]
fn an_edit_is_offered_only_for_the_text_that_it_was_made_for() {
    let edit = trace::finding::FileEdit {
        uri: "file:///w/a.go".into(),
        range: trace::finding::Range::default(),
        text: "x".into(),
        version: None,
        create: false,
    };
    for (on_disk, fixes) in [("package a\n", 1), ("package b\n", 0)] {
        let found = finding(Code::ImportCycle).fix("Do", Action::Edit(vec![edit.clone()]));
        let system = MadeUp::default().with_file("/w/a.go", on_disk);
        let (_, notes) = begin(
            system,
            vec![OnOpen(Some(found.place("file:///w/a.go", None)))],
        );
        notes.wait_for(&format!("show file:///w/a.go 1, {fixes} fixes"));
    }
}

#[test]
fn nothing_is_shown_before_initialize_is_answered() {
    let finder = OnOpen(Some(finding(Code::ImportCycle)));
    let (feed, notes) = begin_with(MadeUp::default(), vec![finder], false);
    notes.wait_for("raised import-cycle");
    // What is said next is said when it could have been shown.
    feed.check_again();
    notes.wait_for("cleared import-cycle");
    let is_shown = |note: &String| note.starts_with("show");
    assert!(!notes.0.lock().unwrap().iter().any(is_shown));
    initialized(&feed);
    notes.wait_for("show file:///w/a.go 0");
}

#[test]
fn what_one_found_that_is_switched_off_is_cleared() {
    let finder = OnOpen(Some(finding(Code::NoModule)));
    let (feed, notes) = begin(MadeUp::default(), vec![finder]);
    notes.wait_for("raised no-module");
    feed.check_again();
    notes.wait_for("cleared no-module");
}

/// Finds something in each `didOpen`, and after so many ticks of looking again that it is gone.
struct Patient {
    ticks: u32,
    left: Option<u32>,
}

impl Patient {
    fn new(ticks: u32) -> Self {
        Self { ticks, left: None }
    }
}

impl Inspector for Patient {
    fn name(&self) -> &'static str {
        "patient"
    }

    fn interests(&self) -> MethodSet {
        MethodSet::new().with(Method::TEXT_DOCUMENT_DID_OPEN)
    }

    fn on_event(&mut self, _: &Session, event: &Event<'_>, report: &mut Report) {
        let subject = self.ticks.to_string();
        match (event, self.left) {
            (Event::Message(_), _) => report.raise(finding(Code::ImportCycle).about(subject)),
            (Event::CheckAgain, _) => {
                self.left = Some(self.ticks);
                report.looks_again();
            }
            (Event::Tick(_), Some(0)) => {
                self.left = None;
                report.clear(Code::ImportCycle, &subject, None);
                report.has_looked();
            }
            (Event::Tick(_), Some(left)) => self.left = Some(left - 1),
            _ => {}
        }
    }
}

#[test]
fn what_stands_is_told_when_all_have_looked_again() {
    let (feed, notes) = begin(MadeUp::default(), vec![Patient::new(0), Patient::new(2)]);
    notes.wait_for("raised import-cycle");
    feed.check_again();
    let told = notes.wait_for("tell ");
    assert_eq!(told, "tell goplens looked again and found nothing wrong");
}
