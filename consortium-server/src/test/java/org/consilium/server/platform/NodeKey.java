package org.consilium.server.platform;

import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.consilium.contract.Es256Key;

/** A key as a site's node makes it. */
public final class NodeKey {

    private final KeyPair pair;

    /** Makes a new one. */
    public NodeKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the public half of a new one. */
    public static Es256Key fresh() {
        return new NodeKey().publicKey();
    }

    /** Returns the public half. */
    public Es256Key publicKey() {
        return Es256Key.of((ECPublicKey) pair.getPublic());
    }

    /** Returns the compact JSON Web Token of these claims. */
    public String sign(JsonObject claims) {
        String content = base64("{\"alg\":\"ES256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.toString().getBytes(StandardCharsets.UTF_8));
        try {
            Signature signer = Signature.getInstance(Es256Key.SIGNATURE);
            signer.initSign(pair.getPrivate());
            signer.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + base64(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
