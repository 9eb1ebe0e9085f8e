//! What the demo asks, and what is right.

/// A definition to ask for in main.go.
pub(super) struct Question {
    /// Where: the text around it, with a bar at the cursor.
    pub(super) at: &'static str,
    /// What it shows.
    pub(super) shows: &'static str,
    /// The end of the path that it must lead to.
    pub(super) file: &'static str,
    /// What the line that it must lead to begins with, after its indentation.
    pub(super) line: &'static str,
    /// Whether it leads into the standard library, which is there only where Go is.
    pub(super) needs_go: bool,
}

const fn inside(
    at: &'static str,
    shows: &'static str,
    file: &'static str,
    line: &'static str,
) -> Question {
    Question {
        at,
        shows,
        file,
        line,
        needs_go: false,
    }
}

/// The ten definitions.
pub(super) const QUESTIONS: [Question; 10] = [
    inside(
        "shelf.All(), |describe",
        "a function of this file",
        "/main.go",
        "func describe(",
    ),
    inside(
        "ToUpper(|heading",
        "a constant of this file",
        "/main.go",
        "const heading",
    ),
    inside(
        "stock.|New(\"lamp\"",
        "a function of another package",
        "/stock/stock.go",
        "func New(",
    ),
    inside(
        "Stack[stock.|Item",
        "a type argument",
        "/stock/stock.go",
        "type Item struct",
    ),
    inside(
        "list.|Stack",
        "a generic type",
        "/list/list.go",
        "type Stack[T any]",
    ),
    inside(
        "shelf.|Push(stock.New(\"lamp\"",
        "a method of a generic type",
        "/list/list.go",
        "func (s *Stack[T]) Push(",
    ),
    inside(
        "list.|Map",
        "a generic function",
        "/list/list.go",
        "func Map[",
    ),
    inside(
        "item.|Label",
        "a method that an embedded struct promotes",
        "/stock/named.go",
        "func (n Named) Label(",
    ),
    inside("item.|Cents", "a field", "/stock/stock.go", "Cents int"),
    Question {
        at: "strings.|ToUpper",
        shows: "a function of the standard library",
        file: "/strings/strings.go",
        line: "func ToUpper(",
        needs_go: true,
    },
];

/// Where the hover is asked for, and what it must tell: the comment on the declaration.
pub(super) const HOVER: (&str, &str) = ("price.|Format", "as a price: 19.99 EUR");

/// The definition that gopls has no answer to, in the file that is not built, and what goplens must say
/// of it.
pub(super) const UNANSWERED: (&str, &str) = ("item.|Label", "built only with the tag export");

/// The lines that the edit adds, above the comment that it names.
pub(super) const EDIT: (&str, &str) = (
    "// describe is one line",
    "// discount is what regular customers save, in percent.\nconst discount = 5\n\n",
);

/// The question after the edit: the same as the first, whose answer has moved.
pub(super) const AFTER_EDIT: &Question = &QUESTIONS[0];
