// Package stock knows the items that the shop sells.
package stock

// Item is something to sell. It has a Label because Named has one.
type Item struct {
	Named
	// Cents is the price.
	Cents int
}

// New is an item of this name and price.
func New(name string, cents int) Item {
	return Item{Named: Named{Name: name}, Cents: cents}
}
