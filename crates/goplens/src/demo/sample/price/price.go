// Package price writes amounts of money.
package price

import "fmt"

// Currency follows every amount.
const Currency = "EUR"

// Format writes an amount of cents, such as 1999, as a price: 19.99 EUR.
func Format(cents int) string {
	return fmt.Sprintf("%d.%02d %s", cents/100, cents%100, Currency)
}
