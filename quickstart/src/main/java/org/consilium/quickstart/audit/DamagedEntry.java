package org.consilium.quickstart.audit;

import java.io.IOException;

/** A file in a zip whose bytes are not what the zip says of them. */
final class DamagedEntry extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedEntry(String what) {
        super(what);
    }
}
