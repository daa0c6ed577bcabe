# UniFFI's Kotlin, hidden from whoever uses the package: what stands at the top of the file is internal.
s/^public /internal /
s/^(open|sealed|enum|data|abstract|object|interface|class|fun|suspend|inline) /internal \1 /
s/^( +\*\/|    @Throws\([A-Za-z]+::class\)) (suspend )?fun /\1 internal \2fun /
