package org.consilium.quickstart.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {

    @TempDir
    private Path folder;

    @Test
    void a_client_of_the_authority_trusts_its_servers_by_name_and_no_others() throws Exception {
        CertificateAuthority ours = authority("ours", Clock.systemUTC());
        CertificateAuthority theirs = authority("theirs", Clock.systemUTC());

        handshake(ours.server("keycloak"), ours);
        assertThatThrownBy(() -> handshake(theirs.server("keycloak"), ours)).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void authority_and_certificates_are_kept_until_they_are_about_to_expire() throws IOException {
        CertificateAuthority first = authority("kept", Clock.systemUTC());
        byte[] root = Files.readAllBytes(first.certificatePem());
        byte[] server = Files.readAllBytes(first.server("server").certificate());

        CertificateAuthority again = authority("kept", Clock.systemUTC());
        assertThat(again.certificatePem()).hasBinaryContent(root);
        assertThat(again.server("server").certificate()).hasBinaryContent(server);

        CertificateAuthority later = authority("kept", Clock.offset(Clock.systemUTC(), Duration.ofDays(380)));
        assertThat(later.certificatePem()).hasBinaryContent(root);
        assertThat(Files.readAllBytes(later.server("server").certificate())).isNotEqualTo(server);
    }

    @Test
    void keys_are_their_owners_alone() throws IOException {
        CertificateAuthority authority = authority("private", Clock.systemUTC());
        var made = authority.server("server");
        for (Path file : new Path[] {made.key(), made.keystore(), folder.resolve("private/ca.key")}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .isEqualTo("rw-------");
        }
    }

    private CertificateAuthority authority(String name, Clock clock) {
        Path own = PrivateFiles.folder(folder.resolve(name));
        return new CertificateAuthority(own, new Secrets(own.resolve("secrets.properties")), clock);
    }

    private static void handshake(CertificateAuthority.ServerCertificate server, CertificateAuthority trusted)
            throws IOException, GeneralSecurityException {
        try (SSLServerSocket listening = (SSLServerSocket)
                        context(server).getServerSocketFactory().createServerSocket(0);
                SSLSocket client = (SSLSocket) trusted.clientContext()
                        .getSocketFactory()
                        .createSocket("localhost", listening.getLocalPort())) {
            var parameters = client.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            client.setSSLParameters(parameters);
            Thread answering = new Thread(() -> accept(listening));
            answering.start();
            client.startHandshake();
        }
    }

    private static void accept(SSLServerSocket listening) {
        try (SSLSocket accepted = (SSLSocket) listening.accept()) {
            accepted.startHandshake();
        } catch (IOException refused) {
            // The client's side tells.
        }
    }

    private static SSLContext context(CertificateAuthority.ServerCertificate server)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(server.keystore())) {
            store.load(in, server.password().toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, server.password().toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
