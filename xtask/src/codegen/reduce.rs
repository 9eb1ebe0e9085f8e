//! Makes the graph of [`super::uris`] small: nodes that lead to no URI are left out, and nodes that
//! look the same from outside become one.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::ensure;

use super::model::Type;
use super::uris::{Graph, Node};

/// The graph without what leads nowhere. Nodes come after those that they lead to, but for cycles.
#[derive(Debug)]
pub(crate) struct Reduced {
    /// The nodes.
    pub(crate) nodes: Vec<Node>,
    /// For each node the names of the structures that look like it.
    pub(crate) names: Vec<BTreeSet<String>>,
    /// For each type added, in that order, its node.
    pub(crate) roots: Vec<Option<usize>>,
}

impl Graph<'_> {
    /// Leaves out what leads to no URI, and makes those one which cannot be told apart.
    pub(crate) fn reduce(&self) -> anyhow::Result<Reduced> {
        let live = self.live();
        let nodes: Vec<Node> = self
            .nodes
            .iter()
            .map(|it| it.map(|next| live[next].then_some(next)))
            .collect();
        let classes = classes(&nodes);

        let mut order = Vec::new();
        for &root in self.roots.iter().filter(|&&root| live[root]) {
            visit(&nodes, &classes, root, &mut BTreeSet::new(), &mut order);
        }
        let number = |node: usize| order.iter().position(|&it| classes[it] == classes[node]);
        let mut names = vec![BTreeSet::new(); order.len()];
        for (alternatives, &node) in &self.places {
            if let (Some(number), [Type::Reference { name }]) =
                (number(node), Vec::from_iter(alternatives).as_slice())
            {
                names[number].insert(name.clone());
            }
        }
        let reduced = Reduced {
            nodes: order.iter().map(|&node| nodes[node].map(number)).collect(),
            names,
            roots: self.roots.iter().map(|&root| number(root)).collect(),
        };
        for node in &reduced.nodes {
            ensure!(
                node.fields.is_empty() || (!node.uri_keys && node.values.is_none()),
                "a map and a structure at one place cannot be told apart: {node:?}"
            );
        }
        Ok(reduced)
    }

    /// For each node whether it is a URI or leads to one.
    fn live(&self) -> Vec<bool> {
        let mut live = vec![false; self.nodes.len()];
        loop {
            let next: Vec<bool> = (self.nodes.iter())
                .map(|it| it.uri || it.uri_keys || it.successors().any(|next| live[next]))
                .collect();
            if next == live {
                return live;
            }
            live = next;
        }
    }
}

/// For each node its class: nodes of one class look the same however far one goes from them.
/// Starts with one class and parts those whose nodes lead to different classes, until none do.
fn classes(nodes: &[Node]) -> Vec<usize> {
    let mut classes = vec![0; nodes.len()];
    let mut count = 1;
    loop {
        let mut seen = BTreeMap::new();
        let next: Vec<usize> = (nodes.iter())
            .map(|it| {
                let fresh = seen.len();
                *seen
                    .entry(it.map(|next| Some(classes[next])))
                    .or_insert(fresh)
            })
            .collect();
        if seen.len() == count {
            return classes;
        }
        count = seen.len();
        classes = next;
    }
}

/// Puts one node of each class that can be reached behind those that it leads to.
fn visit(
    nodes: &[Node],
    classes: &[usize],
    node: usize,
    on_the_way: &mut BTreeSet<usize>,
    order: &mut Vec<usize>,
) {
    let done = order.iter().any(|&it| classes[it] == classes[node]);
    if done || !on_the_way.insert(classes[node]) {
        return;
    }
    for next in nodes[node].successors() {
        visit(nodes, classes, next, on_the_way, order);
    }
    order.push(node);
}
