package org.consilium.server.study;

import java.io.Serializable;
import java.util.Objects;

/** Key of {@link SignatureRow}. */
class SignatureKey implements Serializable {

    private static final long serialVersionUID = 1L;

    String study;
    int version;
    String site;

    @Override
    public boolean equals(Object other) {
        return other instanceof SignatureKey key
                && study.equals(key.study)
                && version == key.version
                && site.equals(key.site);
    }

    @Override
    public int hashCode() {
        return Objects.hash(study, version, site);
    }
}
