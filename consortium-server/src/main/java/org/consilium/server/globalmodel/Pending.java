package org.consilium.server.globalmodel;

import org.consilium.contract.Sha256;

/**
 * Parameters that are written and checked, and that nobody sees yet.
 *
 * @param id the store's own number
 * @param digest SHA-256 of the bytes
 * @param bytes bytes that crossed the wire for it, header and payload
 */
public record Pending(long id, Sha256 digest, long bytes) {}
