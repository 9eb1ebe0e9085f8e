//! Who looks at the traffic.

use protocol::MethodSet;

use crate::event::Event;
use crate::report::Report;
use crate::session::Session;

/// Sees a copy of the traffic, later; never delays it. One that panics is switched off and reported.
pub trait Inspector: Send {
    /// Its name, for the report.
    fn name(&self) -> &'static str;

    /// The methods whose messages it wants to see, responses by their request's. All other events come
    /// to all inspectors.
    fn interests(&self) -> MethodSet;

    /// Something happened.
    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report);
}
