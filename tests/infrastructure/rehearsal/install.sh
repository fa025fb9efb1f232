# Stands in for `make install` in a rehearsal: a .venv whose Python has the libraries of the one that runs the tests, and
# the sources at hand. What was built of libraries before is found again; it is named by what it is made from.
#   install.sh PYTHON BUILD
here=$(pwd)
mkdir -p .venv/bin build "$2/layers"
cat > .venv/bin/python <<END
#!/bin/sh
PYTHONPATH='$here/sdk/pactwright/src:$here/sdk/hereabouts/src' exec '$1' "\$@"
END
cat > .venv/bin/pactwright <<END
#!/bin/sh
exec '$here/.venv/bin/python' -m pactwright "\$@"
END
chmod +x .venv/bin/python .venv/bin/pactwright
touch .venv/installed
for made in "$2"/layers "$2"/emulator-*/; do
    if [ -d "$made" ]; then ln -s "$made" build/; fi
done
