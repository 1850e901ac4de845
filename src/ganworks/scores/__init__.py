"""One file per score; the networks whose features they compare, and how runs are evaluated, in folders below."""
