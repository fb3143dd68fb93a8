//! The numbers behind a figure, beside it: CSV for people, NPZ for programs.

use crate::arrays;
use crate::files::Folder;

fn archive(arrays: Vec<(&String, Vec<u64>, Vec<f64>)>) -> Vec<u8> {
    let arrays = arrays
        .iter()
        .map(|(name, shape, values)| (name.as_str(), &shape[..], &values[..]));
    arrays::archive(arrays).expect("memory takes all, and the archive is far below 4 GiB")
}

/// Named columns of numbers; they may differ in length.
///
/// ```
/// use mollify::figure::data::Table;
///
/// let table = Table::new()
///     .column("theta", &[0.0, 0.5])
///     .column("value", &[1.0, f64::NAN]);
/// assert_eq!(table.to_csv(), "theta,value\n0,1\n0.5,NaN\n");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Name and values of each column.
    pub columns: Vec<(String, Vec<f64>)>,
}

impl Table {
    /// No columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// With another column.
    pub fn column(mut self, name: impl Into<String>, values: &[f64]) -> Self {
        self.columns.push((name.into(), values.into()));
        self
    }

    /// The values of a column.
    pub fn get(&self, name: &str) -> Option<&[f64]> {
        let found = self.columns.iter().find(|(n, _)| n == name);
        found.map(|(_, values)| values.as_slice())
    }

    /// A header line and one line per row; shorter columns end in empty cells. Numbers read back exactly.
    pub fn to_csv(&self) -> String {
        let rows = self.columns.iter().map(|(_, v)| v.len()).max();
        let cell = |values: &[f64], row| values.get(row).map_or(String::new(), f64::to_string);
        let header = self.columns.iter().map(|(name, _)| name.clone()).collect();
        let lines = (0..rows.unwrap_or(0))
            .map(|row| self.columns.iter().map(|(_, v)| cell(v, row)).collect());
        let mut writer = csv::Writer::from_writer(Vec::new());
        for record in std::iter::once::<Vec<String>>(header).chain(lines) {
            if !record.is_empty() {
                writer
                    .write_record(&record)
                    .expect("memory takes all, and all records are of one length");
            }
        }
        let bytes = writer.into_inner().expect("memory takes all");
        String::from_utf8(bytes).expect("strings and numbers are UTF-8")
    }

    /// An uncompressed NPZ archive of one f64 array per column, as `numpy.load` reads it.
    pub fn to_npz(&self) -> Vec<u8> {
        let columns = self.columns.iter();
        let arrays = columns.map(|(name, v)| (name, vec![v.len() as u64], v.clone()));
        archive(arrays.collect())
    }

    /// The same with all columns of this shape; what is missing of one is NaN.
    pub fn to_npz_of(&self, shape: &[u64]) -> Vec<u8> {
        let count = shape.iter().product::<u64>() as usize;
        let columns = self.columns.iter().map(|(name, values)| {
            let mut values = values.clone();
            values.resize(count, f64::NAN);
            (name, shape.to_vec(), values)
        });
        archive(columns.collect())
    }

    /// Writes `stem.csv` and `stem.npz`.
    pub fn save(&self, folder: &Folder, stem: &str) {
        folder.write(&format!("{stem}.csv"), self.to_csv().as_bytes());
        folder.write(&format!("{stem}.npz"), &self.to_npz());
    }
}
