"""The theory of adversarial training as working code: divergences, optimal players, equilibria, dynamics."""
