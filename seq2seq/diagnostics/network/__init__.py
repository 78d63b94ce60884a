"""How a recurrent network carries states forwards and gradients backwards, and what its units and gates do."""
