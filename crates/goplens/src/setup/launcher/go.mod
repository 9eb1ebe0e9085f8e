module goplens.invalid/launcher

go 1.17
