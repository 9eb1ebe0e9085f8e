//! The editors that goplens can be set up in.

use std::path::{Path, PathBuf};

use doctor::quoted;
use system::System;

/// An editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Editor {
    /// VS Code, its relatives, and their remote servers
    Vscode,
    /// Neovim 0.11 or newer, with its own client
    Neovim,
    /// Vim with ALE, coc.nvim or vim-go
    Vim,
    /// Emacs with eglot or lsp-mode
    Emacs,
    /// Helix
    Helix,
    /// Zed
    Zed,
}

/// What a user has to write, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    /// For what: `with ALE`; empty where there is but one way.
    pub(super) way: &'static str,
    /// What has to be run in a shell before.
    pub(super) first: Option<String>,
    /// The file.
    pub(super) file: PathBuf,
    /// The lines.
    pub(super) text: String,
}

impl Editor {
    /// What it is called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Vscode => "VS Code",
            Self::Neovim => "Neovim",
            Self::Vim => "Vim",
            Self::Emacs => "Emacs",
            Self::Helix => "Helix",
            Self::Zed => "Zed",
        }
    }

    /// The names of its program.
    pub(super) const fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Vscode => &["code", "codium", "cursor", "code-server"],
            Self::Neovim => &["nvim"],
            Self::Vim => &["vim"],
            Self::Emacs => &["emacs"],
            Self::Helix => &["hx", "helix"],
            Self::Zed => &["zed", "zeditor"],
        }
    }

    /// What to write where, so that it starts this program in gopls's place. None for VS Code, whose settings
    /// goplens edits itself.
    pub(super) fn lines(self, system: &dyn System, program: &Path) -> Vec<Lines> {
        let home = system.home().unwrap_or_else(|| PathBuf::from("~"));
        let config = system.var("XDG_CONFIG_HOME").map(PathBuf::from);
        let config = config.unwrap_or_else(|| home.join(".config"));
        // A string of JSON is one of Lua, of Emacs Lisp, of TOML and of Vim's in double quotes.
        let path = program;
        let program = serde_json::Value::from(program.to_string_lossy());
        let lines = |way, file: PathBuf, text: String| Lines {
            way,
            first: None,
            file,
            text,
        };
        match self {
            Self::Vscode => Vec::new(),
            Self::Neovim => vec![lines(
                "",
                config.join("nvim/init.lua"),
                format!(
                    "vim.lsp.config('gopls', {{\n  cmd = {{ {program} }},\n  filetypes = {{ 'go', 'gomod', \
                     'gowork', 'gotmpl' }},\n  root_markers = {{ 'go.work', 'go.mod', '.git' }},\n}})\n\
                     vim.lsp.enable('gopls')\n"
                ),
            )],
            Self::Vim => vec![
                lines(
                    "with ALE",
                    home.join(".vimrc"),
                    format!(
                        "let g:ale_linters = {{'go': ['gopls']}}\nlet g:ale_go_gopls_executable = {program}\n"
                    ),
                ),
                vim_go(&home, path),
                lines(
                    "with coc.nvim and coc-go",
                    home.join(".vim/coc-settings.json"),
                    format!("{{\n  \"go.goplsPath\": {program}\n}}\n"),
                ),
            ],
            Self::Emacs => vec![
                lines(
                    "with eglot",
                    emacs(system, &home, &config),
                    format!(
                        "(with-eval-after-load 'eglot\n  (add-to-list 'eglot-server-programs\n               \
                         '((go-mode go-ts-mode go-mod-ts-mode) . ({program}))))\n"
                    ),
                ),
                lines(
                    "with lsp-mode",
                    emacs(system, &home, &config),
                    format!("(setq lsp-go-gopls-server-path {program})\n"),
                ),
            ],
            Self::Helix => vec![lines(
                "",
                config.join("helix/languages.toml"),
                format!("[language-server.gopls]\ncommand = {program}\n"),
            )],
            Self::Zed => vec![lines(
                "",
                config.join("zed/settings.json"),
                format!(
                    "{{\n  \"lsp\": {{\n    \"gopls\": {{ \"binary\": {{ \"path\": {program} }} }}\n  }}\n}}\n"
                ),
            )],
        }
    }
}

/// vim-go runs the first `gopls` on PATH: goplens needs that name, in a folder that no update of tools writes to.
/// By its defaults it has gopls work in a process that outlives Vim, and shows no diagnostics.
fn vim_go(home: &Path, program: &Path) -> Lines {
    let folder = home.join(".local/lib/goplens");
    let (quoted_folder, copy) = (quoted(&folder), quoted(folder.join("gopls")));
    let copying = format!("mkdir -p {quoted_folder}\ncp {} {copy}\n", quoted(program));
    let folder = serde_json::Value::from(folder.to_string_lossy());
    Lines {
        way: "with vim-go",
        first: Some(copying),
        file: home.join(".vimrc"),
        text: format!(
            "let $PATH = {folder} .. ':' .. $PATH\nlet g:go_gopls_options = []\nlet g:go_diagnostics_level = 2\n"
        ),
    }
}

/// The start-up file of Emacs: the first of these that is there, else the one of today (the manual of Emacs, "The
/// Emacs Initialization File").
fn emacs(system: &dyn System, home: &Path, config: &Path) -> PathBuf {
    let old = [".emacs.el", ".emacs", ".emacs.d/init.el"].map(|name| home.join(name));
    let found = old.into_iter().find(|file| system.exists(file));
    let folder = home.join(".emacs.d");
    match found {
        Some(file) => file,
        None if system.exists(&folder) => folder.join("init.el"),
        None => config.join("emacs/init.el"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use clap::ValueEnum;
    use system::made_up::MadeUp;

    use super::*;

    #[test]
    fn each_but_vs_code_has_lines_with_the_program_in_them() {
        let system = MadeUp::default().with_var("HOME", "/home/me");
        for editor in Editor::value_variants() {
            let lines = editor.lines(&system, Path::new("/opt/go \"plens\""));
            assert_eq!(lines.is_empty(), *editor == Editor::Vscode, "{editor:?}");
            for one in lines {
                let is_named = match &one.first {
                    Some(first) => first.contains(r#"cp '/opt/go "plens"' "#),
                    None => one.text.contains(r#""/opt/go \"plens\"""#),
                };
                assert!(is_named, "{one:?}");
                assert!(one.file.starts_with("/home/me"), "{}", one.file.display());
                assert!(one.text.ends_with('\n'));
            }
        }
        let emacs = |system: &MadeUp| Editor::Emacs.lines(system, Path::new("/g"))[0].file.clone();
        assert_eq!(emacs(&system), Path::new("/home/me/.config/emacs/init.el"));
        let old = system.clone().with_file("/home/me/.emacs.d/x", "");
        assert_eq!(emacs(&old), Path::new("/home/me/.emacs.d/init.el"));
        let moved = system.with_var("XDG_CONFIG_HOME", "/c");
        let lines = Editor::Helix.lines(&moved, Path::new("/g"));
        assert_eq!(lines[0].file, Path::new("/c/helix/languages.toml"));
    }
}
