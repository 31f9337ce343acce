package org.consilium.server.globalmodel;

import java.sql.SQLException;

/** The database refused to read or write parameters; the cause says why and becomes the response. */
final class VectorStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    VectorStoreException(SQLException cause) {
        super("parameters could not be read or written: " + cause.getMessage(), cause);
    }
}
