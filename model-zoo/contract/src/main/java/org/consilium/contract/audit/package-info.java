/**
 * The form of the audit log: what a record says, what is hashed and what is signed. The consortium's server and each site
 * node keep such a log; an auditor's verifier shares these definitions with them and nothing else.
 *
 * <p>Decisions.
 *
 * <p><b>A record is one line of JSON</b>, as RFC 8785 (JSON Canonicalization Scheme) has it: members sorted by name, no
 * white space, whole numbers only. The line's UTF-8 bytes, without a line feed, are what is hashed and kept; nobody ever
 * hashes what a JSON library writes. Anyone can so check a record with {@code sha256sum} and read it with any JSON reader.
 *
 * <p><b>The log is a Merkle tree</b> (RFC 6962, section 2.1): leaf = SHA-256(0x00 || line), node = SHA-256(0x01 || left ||
 * right). The position of a leaf is the record's {@code seq}, from 0.
 *
 * <p><b>A checkpoint</b> is a signed note in the form that transparency logs share (C2SP tlog-checkpoint and signed-note):
 * origin, size and root, each on a line, and as an extension the time. The consortium signs with Ed25519. A site
 * counter-signs as C2SP's tlog-cosignature has it, with the time at which it saw the checkpoint, by the ES256 key by which
 * it is a member: no second key whose owner somebody has to vouch for. The standard has Ed25519 only; ours has
 * a signature type of its own.
 *
 * <p><b>A study's records are numbered by themselves, too</b> ({@code studySeq}): who gets the records of one study sees
 * whether one is missing, which no proof of inclusion shows.
 */
package org.consilium.contract.audit;
