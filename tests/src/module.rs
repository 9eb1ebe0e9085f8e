//! A Go module of several packages, for a real gopls.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::temporary::temporary_folder;

/// The files of the module.
const FILES: [(&str, &str); 5] = [
    ("go.mod", "module example.com/shop\n\ngo 1.24\n"),
    (
        "main.go",
        r#"// Command shop prints what is in stock.
package main

import (
	"fmt"

	"example.com/shop/list"
	"example.com/shop/price"
	"example.com/shop/stock"
)

func main() {
	shelf := stock.NewShelf("tea", "“Grüße” 👋")
	for _, item := range list.Map(shelf.Items, stock.Item.Title) {
		fmt.Println(item, price.Of(item))
	}
	fmt.Println(shelf.Describe())
}
"#,
    ),
    (
        "list/list.go",
        r#"// Package list has what slices lack.
package list

// Map gives what f makes of each element.
func Map[T, U any](items []T, f func(T) U) []U {
	mapped := make([]U, 0, len(items))
	for _, item := range items {
		mapped = append(mapped, f(item))
	}
	return mapped
}
"#,
    ),
    (
        "price/price.go",
        r#"// Package price knows what things cost.
package price

// Cents is an amount of money.
type Cents int

// Of gives the price of a thing by its name.
func Of(name string) Cents {
	return Cents(100 * len(name))
}
"#,
    ),
    (
        "stock/stock.go",
        r#"// Package stock is about what is in the shop.
package stock

import "strings"

// Item is a thing that can be bought.
type Item struct{ Name string }

// Title gives the name as a heading.
func (item Item) Title() string { return strings.ToUpper(item.Name) }

// Named has a name.
type Named struct{ Label string }

// Describe tells what it is.
func (named Named) Describe() string { return "a shelf called " + named.Label }

// Shelf holds items.
type Shelf struct {
	Named
	Items []Item
}

// NewShelf fills a shelf.
func NewShelf(names ...string) *Shelf {
	shelf := &Shelf{Named: Named{Label: "first"}}
	for _, name := range names {
		shelf.Items = append(shelf.Items, Item{Name: name})
	}
	return shelf
}
"#,
    ),
];

/// A folder with a Go module in it, removed with this value.
pub struct Module {
    folder: TempDir,
}

impl Module {
    /// The sample.
    ///
    /// # Panics
    ///
    /// Where it cannot be written.
    pub fn sample() -> Self {
        Self::of(&FILES)
    }

    /// A module of these files.
    ///
    /// # Panics
    ///
    /// Where they cannot be written.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let module = Self {
            folder: temporary_folder("goplens-module-"),
        };
        for (name, text) in files {
            put(&module.file(name), text.as_bytes());
        }
        module
    }

    /// A copy of those files of a folder that are wanted, by their paths in it.
    ///
    /// # Panics
    ///
    /// Where it cannot be made.
    pub fn copy_of(source: &Path, wanted: impl Fn(&str) -> bool) -> Self {
        let module = Self::of(&[]);
        let mut folders = vec![source.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("the folder can be listed") {
                let path = entry.expect("the folder can be listed").path();
                let name = path.strip_prefix(source).expect("it is in the folder");
                let name = name.to_str().expect("the names are UTF-8");
                if path.is_dir() {
                    folders.push(path);
                } else if wanted(name) {
                    let text = fs::read(&path).expect("the file can be read");
                    put(&module.file(name), &text);
                }
            }
        }
        module
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file's path.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// A file's URI.
    pub fn uri(&self, name: &str) -> String {
        format!("file://{}", self.file(name).display())
    }

    /// The folder's URI.
    pub fn root_uri(&self) -> String {
        format!("file://{}", self.path().display())
    }

    /// A file's text.
    ///
    /// # Panics
    ///
    /// Where it cannot be read.
    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).expect("the module has the file")
    }

    /// Where `needle` first stands in a file: line and UTF-16 unit, from 0.
    ///
    /// # Panics
    ///
    /// Where it does not.
    pub fn position(&self, name: &str, needle: &str) -> (usize, usize) {
        let text = self.text(name);
        let at = text.find(needle).expect("the needle is in the file");
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[..at].matches('\n').count();
        (line, text[line_start..at].encode_utf16().count())
    }
}

/// Writes a file, and makes the folders above it.
pub(crate) fn put(path: &Path, text: &[u8]) {
    fs::create_dir_all(path.parent().expect("a file has a folder"))
        .and_then(|()| fs::write(path, text))
        .expect("the module can be written");
}
