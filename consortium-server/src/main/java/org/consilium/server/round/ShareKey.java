package org.consilium.server.round;

import java.io.Serializable;
import java.util.Objects;

/** Key of table {@code round_site}. */
class ShareKey implements Serializable {

    private static final long serialVersionUID = 1L;

    String study;
    int round;
    String site;

    ShareKey() {}

    @Override
    public boolean equals(Object other) {
        return other instanceof ShareKey that
                && round == that.round
                && Objects.equals(study, that.study)
                && Objects.equals(site, that.site);
    }

    @Override
    public int hashCode() {
        return Objects.hash(study, round, site);
    }
}
