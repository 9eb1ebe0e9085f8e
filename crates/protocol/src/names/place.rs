//! A place in a message, as far as files may be named there.

use crate::names::table;
use crate::traffic::Kind;
use crate::{Method, Shape};

/// What stands at a place of a message, as far as it may name files: as the protocol has it, and
/// what there is to say beyond that.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) shape: Option<Shape>,
    pub(super) more: Option<More>,
}

/// What the protocol's table cannot say of a place. Of an array it is said of all its elements, so
/// that one word does for a thing and for a list of such.
#[derive(Clone, Copy)]
pub(super) enum More {
    /// A string is a path.
    Path,
    /// A string is a glob pattern, which may begin with a path.
    Glob,
    /// A string is Markdown, with links to files in it.
    Markdown,
    /// A string is a URI, and an object has fields of gopls's own: this is an argument of one of
    /// its commands, or what one gave.
    Gopls,
    /// An object has fields of gopls's own: this is a part of such.
    InGopls,
    /// An object has these members.
    Members(&'static [(&'static str, More)]),
    /// One member of an object tells what another one is.
    Told(&'static Told),
}

/// How one member of an object tells what another one is.
pub(super) struct Told {
    /// The key of the member that tells, which is a string.
    pub(super) by: &'static str,
    /// The key of the member that is told.
    pub(super) what: &'static str,
    /// What it is.
    pub(super) is: fn(&str) -> Place,
}

impl Place {
    /// No file is named here, nor anywhere below.
    pub(super) const NOTHING: Self = Self {
        shape: None,
        more: None,
    };

    /// The params of a request or a notification, or the result of a response.
    pub(super) fn of(method: &Method, kind: Kind) -> Self {
        let info = method.info();
        match kind {
            Kind::Request | Kind::Notification => Self {
                shape: info.and_then(|info| info.params),
                more: table::params(method),
            },
            Kind::Response => Self {
                shape: info.and_then(|info| info.result),
                more: table::result(method),
            },
        }
    }

    /// Whether no file is named here, nor anywhere below.
    pub(super) fn is_nothing(self) -> bool {
        self.shape.is_none() && self.more.is_none()
    }

    /// Whether a string here is a URI.
    pub(super) fn is_uri(self) -> bool {
        self.shape.is_some_and(Shape::is_uri) || matches!(self.more, Some(More::Gopls))
    }

    /// Whether this key of an object here is a URI. That some objects of gopls's have such keys can
    /// only be seen by the keys.
    pub(super) fn key_is_uri(self, key: &[u8]) -> bool {
        let gopls = matches!(self.more, Some(More::Gopls | More::InGopls));
        self.shape.is_some_and(Shape::keys_are_uris) || gopls && key.starts_with(b"file:")
    }

    /// The elements of an array here.
    pub(super) fn element(self) -> Self {
        Self {
            shape: self.shape.and_then(Shape::element),
            more: self.more,
        }
    }

    /// The member of an object here with this key.
    pub(super) fn member(self, key: &[u8]) -> Self {
        Self {
            shape: self.shape.and_then(|shape| shape.member(key)),
            more: match self.more {
                Some(More::Members(members)) => members
                    .iter()
                    .find_map(|(name, more)| (name.as_bytes() == key).then_some(*more)),
                Some(More::Gopls | More::InGopls) => table::gopls(key),
                _ => None,
            },
        }
    }
}
