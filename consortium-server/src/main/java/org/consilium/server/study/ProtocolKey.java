package org.consilium.server.study;

import java.io.Serializable;
import java.util.Objects;

/** Key of {@link ProtocolRow}. */
class ProtocolKey implements Serializable {

    private static final long serialVersionUID = 1L;

    String study;
    int version;

    ProtocolKey() {}

    ProtocolKey(String study, int version) {
        this.study = study;
        this.version = version;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProtocolKey key && study.equals(key.study) && version == key.version;
    }

    @Override
    public int hashCode() {
        return Objects.hash(study, version);
    }
}
