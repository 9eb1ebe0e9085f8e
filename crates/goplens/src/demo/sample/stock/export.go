//go:build export

package stock

// Export is an item as a line of a file, for a shop that exports.
func Export(item Item) string {
	return item.Label()
}
