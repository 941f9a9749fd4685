-- So that the clients leave the machine something to do the work with.
function delay() return 5 end
