//! `[[paths.map]]`: folders that the editor has under another name than gopls.

use std::path::{Path, PathBuf};

use paths::{Map, Maps, uri};
use serde::Deserialize;
use system::System;
use toml::Spanned;
use trace::finding::{Position, Range};

use super::{Config, WORKSPACE_FILE, Workspace, read};

/// The table `[paths]` of either file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Table {
    map: Vec<Spanned<Entry>>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// What the editor calls the folder.
    client: String,
    /// What gopls calls it.
    server: String,
}

/// A map and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    file: PathBuf,
    range: Range,
    map: Map,
}

/// A map that is not used.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BadMap {
    /// The configuration file that it stands in.
    pub(crate) file: PathBuf,
    /// Where in it, in UTF-16 units.
    pub(crate) range: Range,
    /// The client's folder and gopls's, as they are written.
    pub(crate) map: (String, String),
    /// Why, as a sentence.
    pub(crate) reason: String,
}

impl Table {
    /// The maps of this table, which was read from this text of this file.
    pub(super) fn written(&self, file: &Path, text: &str) -> Vec<Written> {
        let written = |entry: &Spanned<Entry>| {
            let span = entry.span();
            let Entry { client, server } = entry.get_ref().clone();
            Written {
                file: file.to_owned(),
                range: Range::new(position(text, span.start), position(text, span.end)),
                map: Map { client, server },
            }
        };
        self.map.iter().map(written).collect()
    }
}

/// A workspace folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folder {
    /// What the client calls it.
    client: String,
    /// Where it is on this machine.
    pub(crate) here: PathBuf,
}

impl Config {
    /// The folder that the client calls so. It is where the user's maps say, else where the client says,
    /// else, where nothing is there, the folder that goplens was started in: a client with names of its
    /// own for everything still starts gopls in the workspace.
    pub(crate) fn folder(
        &self,
        system: &dyn System,
        client: String,
        started_in: PathBuf,
    ) -> Folder {
        let (maps, _) = Maps::new(self.maps.iter().map(|written| written.map.clone()));
        let here = match maps.to_server(&client) {
            Some(server) => PathBuf::from(server),
            None if system.exists(Path::new(&client)) => PathBuf::from(&client),
            None => started_in,
        };
        Folder { client, here }
    }

    /// The maps that hold in this workspace folder, and those that are not used: the user's first, then
    /// those of the workspace's own configuration. Where that file cannot be used at all it has none, and
    /// [`super::apply_workspace`] says why.
    pub(crate) fn maps(&self, system: &dyn System, folder: Option<&Folder>) -> (Maps, Vec<BadMap>) {
        let mut list = self.maps.clone();
        let mut bad = Vec::new();
        if let Some(folder) = folder {
            for written in folder.written(system) {
                match folder.excludes(&written.map) {
                    Some(reason) => bad.push(written.rejected(reason)),
                    None => list.push(written),
                }
            }
        }
        let (maps, rejected) = Maps::new(list.iter().map(|written| written.map.clone()));
        let rejected = rejected.into_iter().filter_map(|rejected| {
            let written = list.get(rejected.index)?.clone();
            Some(written.rejected(rejected.reason))
        });
        (maps, rejected.chain(bad).collect())
    }
}

impl Written {
    fn rejected(self, reason: String) -> BadMap {
        BadMap {
            file: self.file,
            range: self.range,
            map: (self.map.client, self.map.server),
            reason,
        }
    }
}

impl Folder {
    /// The maps of its own configuration.
    fn written(&self, system: &dyn System) -> Vec<Written> {
        let path = self.here.join(WORKSPACE_FILE);
        let mut written = Vec::new();
        let _ = read(system, &path, |read: &mut Workspace, text| {
            read.timeouts.check()?;
            written = read.paths.written(&path, text);
            Ok(())
        });
        written
    }

    /// Why a map of its own configuration cannot be used, where that lies outside of it. What is no
    /// absolute path is rejected without this.
    fn excludes(&self, map: &Map) -> Option<String> {
        let outside = |side: &str, path: &str, folder: &Path| {
            let lies_at = uri::absolute(path)?;
            (!Path::new(&lies_at).starts_with(folder)).then(|| {
                format!(
                    "{side} = {path:?} is outside of the workspace folder {}, and {WORKSPACE_FILE} can map \
                     only what is inside: a repository that was just cloned is not trusted.",
                    folder.display()
                )
            })
        };
        outside("client", &map.client, Path::new(&self.client))
            .or_else(|| outside("server", &map.server, &self.here))
    }
}

/// The position of a byte in a text.
fn position(text: &str, at: usize) -> Position {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or(before);
    Position {
        line: before.matches('\n').count() as u32,
        character: line.encode_utf16().count() as u32,
    }
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    const OUTER: &str = "[[paths.map]]\nclient = '/workspaces/app'\nserver = '/home/me/app'\n";

    /// The maps of these two files, in the folder that the client calls so.
    fn maps(user: &str, workspace: (&str, &str), folder: Option<&str>) -> (Maps, Vec<BadMap>) {
        let system = MadeUp::default()
            .with_var("GOPLENS_CONFIG", "/c.toml")
            .with_file("/c.toml", user)
            .with_file(workspace.0, workspace.1);
        let (config, problem) = Config::load(&system);
        assert_eq!(problem, None);
        let started_in = PathBuf::from("/home/me/started");
        let folder = folder.map(|folder| config.folder(&system, folder.to_owned(), started_in));
        config.maps(&system, folder.as_ref())
    }

    fn bad(user: &str, workspace: &str) -> Vec<BadMap> {
        maps(user, ("/w/.goplens.toml", workspace), Some("/w")).1
    }

    fn range(start: (u32, u32), end: (u32, u32)) -> Range {
        let position = |(line, character)| Position { line, character };
        Range::new(position(start), position(end))
    }

    #[test]
    fn the_user_maps_any_folders() {
        let (maps, bad) = maps(OUTER, ("/x", ""), None);
        assert_eq!(bad, []);
        assert_eq!(
            maps.to_server("/workspaces/app/a").as_deref(),
            Some("/home/me/app/a")
        );
    }

    #[test]
    fn a_workspace_maps_what_is_inside() {
        let workspace = "paths.map = [{ client = '/w/gen', server = '/w/out/gen' }]";
        let (maps, bad) = maps("", ("/w/.goplens.toml", workspace), Some("/w/"));
        assert_eq!(bad, []);
        assert_eq!(maps.to_server("/w/gen/a").as_deref(), Some("/w/out/gen/a"));
    }

    #[test]
    fn a_workspace_that_is_mapped_has_its_file_where_gopls_has_it() {
        let workspace =
            "[[paths.map]]\nclient = '/workspaces/app/own'\nserver = '/home/me/app/own'";
        let file = ("/home/me/app/.goplens.toml", workspace);
        let (_, bad) = maps(OUTER, file, Some("/workspaces/app"));
        assert_eq!(bad, []);
        let turned = workspace.replace("'/workspaces/app/own'", "'/home/me/app/own'");
        let (_, bad) = maps(OUTER, (file.0, &turned), Some("/workspaces/app"));
        assert!(
            bad[0]
                .reason
                .contains("client = \"/home/me/app/own\" is outside")
        );
    }

    #[test]
    fn a_workspace_that_is_not_here_is_where_goplens_was_started() {
        let file = "/home/me/started/.goplens.toml";
        let map = "[[paths.map]]\nclient = '/workspaces/app'\nserver = '/home/me/started'";
        let (maps, bad) = maps("", (file, map), Some("/workspaces/app"));
        assert_eq!(bad, []);
        let server = maps.to_server("/workspaces/app/a");
        assert_eq!(server.as_deref(), Some("/home/me/started/a"));
    }

    #[test]
    fn a_workspace_maps_nothing_outside_of_itself() {
        for (client, server, said) in [
            (
                "/w/a",
                "/etc",
                "server = \"/etc\" is outside of the workspace folder /w,",
            ),
            ("/home/me", "/w/a", "client = \"/home/me\" is outside"),
            ("/w/a", "/w/../etc", "is outside"),
            ("/w/a", "/wide", "is outside"),
            ("/w/a", "b", "server = \"b\" is not an absolute path"),
        ] {
            let workspace = format!("[[paths.map]]\nclient = '{client}'\nserver = '{server}'");
            let bad = bad("", &workspace);
            assert_eq!(bad.len(), 1);
            assert_eq!(bad[0].file, Path::new("/w/.goplens.toml"));
            assert_eq!(bad[0].map, (client.to_owned(), server.to_owned()));
            assert!(bad[0].reason.contains(said), "{}", bad[0].reason);
        }
    }

    #[test]
    fn a_workspace_file_that_cannot_be_used_has_no_maps() {
        let map = "[[paths.map]]\nclient = '/w/a'\nserver = 'b'\n";
        assert_eq!(bad("", map).len(), 1);
        for broken in ["debug = true", "[timeouts]\n'x/y' = 0", "="] {
            assert_eq!(bad("", &format!("{map}{broken}")), []);
        }
    }

    #[test]
    fn what_is_rejected_is_found_where_it_is_written() {
        let user = "# ä\n[[paths.map]]\nclient = '/c'\nserver = '/w/s'\n";
        let workspace =
            "timeouts.\"😀\" = 1\npaths = { map = [{ client = '/w/d', server = '/w/s' }] }";
        let found = bad(
            &format!("{user}[[paths.map]]\nclient = ''\nserver = ''"),
            workspace,
        );
        let [users, workspaces] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(users.file, Path::new("/c.toml"));
        assert_eq!(users.range, range((4, 0), (4, 13)));
        assert_eq!(workspaces.range, range((1, 17), (1, 53)));
        assert!(workspaces.reason.contains("beside that of /c to /w/s"));
        let position = position("a\n😀b", "a\n😀".len());
        assert_eq!((position.line, position.character), (1, 2));
    }

    #[test]
    fn a_map_has_both_sides_and_no_more() {
        for text in [
            "[[paths.map]]\nclient = '/c'",
            "[[paths.map]]\nclient = '/c'\nserver = '/s'\nhost = 'x'",
            "[paths]\nmaps = []",
        ] {
            let system = MadeUp::default()
                .with_var("GOPLENS_CONFIG", "/c.toml")
                .with_file("/c.toml", text);
            let (config, problem) = Config::load(&system);
            assert_eq!(config, Config::default());
            assert!(problem.is_some_and(|problem| problem.contains("/c.toml is not used")));
        }
    }
}
