"""The communes of the country: their codes through time, points, inhabitants and needs."""
