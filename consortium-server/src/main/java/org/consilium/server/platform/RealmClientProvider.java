package org.consilium.server.platform;

import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.client.ClientResponseFilter;
import jakarta.ws.rs.client.WebTarget;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.eclipse.microprofile.rest.client.RestClientBuilder;
import org.keycloak.admin.client.spi.ResteasyClientProvider;

/**
 * Has Keycloak's administration client use the container's own REST client. The RESTEasy that it would bring along would
 * break every REST call of this application.
 */
public final class RealmClientProvider implements ResteasyClientProvider {

    private static final int BEFORE_THE_CONTAINERS = 100;
    private static final int CONNECT_SECONDS = 5;
    private static final int ANSWER_SECONDS = 15;

    @Override
    public Client newRestEasyClient(Object customJacksonProvider, SSLContext context, boolean trustAll) {
        ClientBuilder builder = ClientBuilder.newBuilder()
                .connectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                .readTimeout(ANSWER_SECONDS, TimeUnit.SECONDS);
        return (context == null ? builder : builder.sslContext(context)).build();
    }

    @Override
    public <R> R targetProxy(WebTarget target, Class<R> resource) {
        RestClientBuilder builder = RestClientBuilder.newBuilder()
                .baseUri(target.getUri())
                .connectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                .readTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .property("microprofile.rest.client.disable.default.mapper", true)
                .register(new RealmJson(), BEFORE_THE_CONTAINERS);
        for (Object filter : target.getConfiguration().getInstances()) {
            if (filter instanceof ClientRequestFilter || filter instanceof ClientResponseFilter) {
                builder.register(filter);
            }
        }
        return builder.build(resource);
    }
}
