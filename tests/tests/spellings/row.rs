//! A row of the table: a layout in which one file has two names.

use tests::Setup;

use crate::client::Client;
use crate::ground::{By, Ground, LIB, uri};
use crate::names::Names;

/// A layout, and another name of something in it.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    /// How the program comes by the library.
    pub(crate) by: By,
    /// Each link, with what it leads to. What stands where a link is to be is moved there.
    pub(crate) links: &'static [(&'static str, &'static str)],
    /// The folder or file that has two names: gopls's, and the one that the client opens it by.
    pub(crate) tree: (&'static str, &'static str),
    /// What the configuration says: each folder of the client's, and where the server has it.
    pub(crate) maps: &'static [(&'static str, &'static str)],
}

impl Row {
    /// Lays it out.
    pub(crate) fn lay(&self) -> Ground {
        Ground::lay(self.by, self.links)
    }

    /// The library's file that is opened by its other name, as gopls knows it.
    pub(crate) fn library(&self) -> String {
        format!("{}/{LIB}", self.by.library())
    }

    /// The program's file that is opened, too.
    pub(crate) fn program(&self) -> String {
        format!("{}/main.go", self.by.program())
    }

    /// What a client says that opens the library's file by its other name.
    pub(crate) fn names(&self, ground: &Ground) -> Names {
        let (healthy, other) = (ground.uri(self.tree.0), ground.uri(self.tree.1));
        let maps = self.maps.iter();
        let mut names = Names {
            maps: maps
                .map(|(client, server)| (ground.uri(server), uri(client.as_ref())))
                .collect(),
            ..Names::default()
        };
        let (program, library) = (ground.uri(&self.program()), ground.uri(&self.library()));
        let opened = [
            (program.clone(), names.of(&program, None)),
            (
                library.clone(),
                names.of(&library.replacen(&healthy, &other, 1), None),
            ),
        ];
        names.opened = opened.into();
        names.tree = (healthy != other).then_some((healthy, other));
        names
    }

    /// The lines of the configuration that map the folders.
    pub(crate) fn config(&self, ground: &Ground) -> String {
        let maps = self.maps.iter().map(|(client, server)| {
            let server = ground.path(server);
            format!(
                "[[paths.map]]\nclient = '{client}'\nserver = '{}'\n",
                server.display()
            )
        });
        maps.collect()
    }

    /// Starts a session in which the client calls the files so, and opens the two documents.
    pub(crate) fn start(&self, ground: &Ground, setup: Setup, names: &Names) -> Client {
        let folder = self.by.folder();
        let mut setup = ground.setup(setup).folder(ground.path(folder));
        if self.by == By::Gopath {
            setup = setup
                .env("GO111MODULE", "off")
                .env("GOPATH", ground.path("gopath"));
        }
        let mut client = Client::start(setup, &[&names.of(&ground.uri(folder), None)]);
        for file in [self.program(), self.library()] {
            client.open(&names.of(&ground.uri(&file), None), &ground.text(&file));
        }
        client
    }
}
