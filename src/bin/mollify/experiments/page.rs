//! What an experiment leaves: a Markdown page with tables, figures and claims, and the numbers behind them.

use crate::figure::data::Table;
use crate::figure::{Animation, Figure};
use crate::files::Folder;
use serde::Serialize;
use std::fmt::Write as _;

/// Something that the page says and its numbers decide.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    /// The sentence.
    pub text: String,
    /// The numbers that decide.
    pub evidence: String,
    /// Whether it holds by them.
    pub holds: bool,
}

/// A table for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// What it shows.
    pub title: String,
    /// One name per column.
    pub header: Vec<String>,
    /// One cell per column.
    pub rows: Vec<Vec<String>>,
}

/// A figure, its caption and its data.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The file names without their endings.
    pub stem: String,
    /// What it shows.
    pub caption: String,
    /// The picture.
    pub figure: Figure,
    /// The numbers in it.
    pub data: Table,
}

/// A picture that moves: one file with a player.
#[derive(Clone, Debug)]
pub struct Film {
    /// The file name without its ending.
    pub stem: String,
    /// What it shows.
    pub caption: String,
    /// The file.
    pub html: String,
}

/// The result of an experiment.
#[derive(Clone, Debug)]
pub struct Page {
    /// A headline.
    pub title: &'static str,
    /// What is done, in a few sentences.
    pub what: String,
    /// What the paper, or the talk, says.
    pub paper: &'static str,
    /// Which of both.
    pub source: &'static str,
    /// Tables.
    pub tables: Vec<Rows>,
    /// Figures.
    pub pictures: Vec<Picture>,
    /// Animations.
    pub films: Vec<Film>,
    /// What the numbers decide.
    pub claims: Vec<Claim>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

impl Page {
    /// Nothing yet.
    pub fn new(title: &'static str, paper: &'static str) -> Self {
        Self {
            title,
            what: String::new(),
            paper,
            source: "paper",
            tables: Vec::new(),
            pictures: Vec::new(),
            films: Vec::new(),
            claims: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// A page on what the talk says, not the paper.
    pub fn of_talk(title: &'static str, talk: &'static str) -> Self {
        Self {
            source: "talk",
            ..Self::new(title, talk)
        }
    }

    /// Adds a claim.
    pub fn claim(&mut self, text: impl Into<String>, holds: bool, evidence: impl Into<String>) {
        self.claims.push(Claim {
            text: text.into(),
            evidence: evidence.into(),
            holds,
        });
    }

    /// Adds a table.
    pub fn table(&mut self, title: impl Into<String>, header: &[&str], rows: Vec<Vec<String>>) {
        self.tables.push(Rows {
            title: title.into(),
            header: header.iter().map(|h| (*h).to_string()).collect(),
            rows,
        });
    }

    /// Adds a figure with its data.
    pub fn picture(&mut self, stem: &str, caption: &str, figure: Figure, data: Table) {
        self.pictures.push(Picture {
            stem: stem.into(),
            caption: caption.into(),
            figure: figure.description(caption),
            data,
        });
    }

    /// Adds an animation.
    pub fn film(&mut self, stem: &str, caption: &str, animation: &Animation) {
        self.films.push(Film {
            stem: stem.into(),
            caption: caption.into(),
            html: animation.to_html(),
        });
    }

    /// Whether all claims hold.
    pub fn holds(&self) -> bool {
        self.claims.iter().all(|c| c.holds)
    }

    /// The page as Markdown; `command` is what makes it and `machine` what it ran on.
    pub fn to_markdown(&self, command: &str, machine: &str) -> String {
        let mut text = format!("# {}\n\n{}\n\n", self.title, self.what);
        let mut add = |part: String| text.push_str(&part);
        let engine = match machine {
            "" => "none: no samples are drawn, and all is in f64",
            machine => machine,
        };
        add(format!("Command: `{command}`\n\nEngine: {engine}\n\n"));
        add(format!("**The {} says.** {}\n\n", self.source, self.paper));
        for picture in &self.pictures {
            add(format!(
                "![{0}]({1}.png)\n\n*{0}* ([SVG]({1}.svg), data: [CSV]({1}.csv), [NPZ]({1}.npz))\n\n",
                picture.caption, picture.stem
            ));
        }
        for film in &self.films {
            add(format!("[{}]({}.html) moves.\n\n", film.caption, film.stem));
        }
        for table in &self.tables {
            add(format!("**{}**\n\n", table.title));
            add(line(&table.header) + &line(&vec!["---".into(); table.header.len()]));
            for row in &table.rows {
                add(line(row));
            }
            add("\n".into());
        }
        add("**Seen here.**\n\n".into());
        for claim in &self.claims {
            let mark = if claim.holds {
                "holds"
            } else {
                "DOES NOT HOLD"
            };
            add(format!("- {mark}: {} ({})\n", claim.text, claim.evidence));
        }
        if !self.notes.is_empty() {
            add("\n**Notes.**\n\n".into());
        }
        for note in &self.notes {
            add(format!("- {note}\n"));
        }
        text
    }

    /// Writes the data, the figures and at last `README.md` into a folder: where it is, all it names is there.
    pub fn save(&self, folder: &Folder, command: &str, machine: &str) {
        for picture in &self.pictures {
            picture.data.save(folder, &picture.stem);
        }
        for picture in &self.pictures {
            picture.figure.save(folder, &picture.stem);
        }
        for film in &self.films {
            folder.write(&format!("{}.html", film.stem), film.html.as_bytes());
        }
        let text = self.to_markdown(command, machine);
        folder.write("README.md", text.as_bytes());
    }
}

fn line(cells: &[String]) -> String {
    let mut text = String::from("|");
    for cell in cells {
        // A bar in a cell would end it.
        write!(text, " {} |", cell.replace('|', "\\|")).expect("writing to a String succeeds");
    }
    text + "\n"
}
