"""What `multimedia.md` says, row by row: `played` feeds a server on simulated time, `day` writes timelines by hand."""
