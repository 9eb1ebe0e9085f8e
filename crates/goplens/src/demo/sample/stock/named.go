package stock

// Named is embedded in all that has a name.
type Named struct {
	Name string
}

// Label is the name, as printed.
func (n Named) Label() string {
	return n.Name + ":"
}
