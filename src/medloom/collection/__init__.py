"""Collections: versioned tables, the ledger and the record of builds."""
