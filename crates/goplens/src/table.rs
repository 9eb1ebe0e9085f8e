//! Columns of text.

/// A line for each row, the columns below each other. What a terminal would obey does not get through.
pub(crate) fn lines<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> Vec<String> {
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or_default()
    });
    let line = |row: &[String; COLUMNS]| {
        let cells = row.iter().zip(widths);
        let padded: Vec<String> = cells
            .map(|(cell, width)| format!("{:width$}", plain(cell)))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A text in one line, with nothing in it that a terminal would obey.
pub(crate) fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["a", "long", "x"], ["bcd", "é", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(lines(&rows), ["a    long  x", "bcd  é"]);
        assert_eq!(lines(&[["a\u{1b}[2J\nb".to_owned()]]), ["a [2J b"]);
    }
}
