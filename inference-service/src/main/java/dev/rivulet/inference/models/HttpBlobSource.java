// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.access.ServiceToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/** Reads blobs from the registry over HTTP, from any offset on. Redirects are not followed: they could leave the registry. */
@Component
class HttpBlobSource implements BlobSource {

    private final RestClient client;

    HttpBlobSource(RestClient.Builder builder, ServiceToken token, ModelsProperties properties) {
        HttpClient http = HttpClient.newBuilder()
                .connectTimeout(properties.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(http);
        factory.setReadTimeout(properties.readTimeout());
        this.client =
                builder.requestFactory(factory).defaultHeaders(token::authorize).build();
    }

    @Override
    public Opened open(URI registry, String sha256, long offset) throws IOException {
        String url = registry.toString().replaceAll("/+$", "") + "/api/blobs/" + sha256;
        try {
            return client.get()
                    .uri(URI.create(url))
                    .headers(headers -> range(headers, sha256, offset))
                    .exchangeForRequiredValue((request, response) -> opened(url, offset, response), false);
        } catch (ResourceAccessException e) {
            throw new IOException(
                    url + " can't be read: " + e.getMostSpecificCause().getMessage(), e);
        }
    }

    private static void range(HttpHeaders headers, String sha256, long offset) {
        if (offset > 0) {
            headers.set(HttpHeaders.RANGE, "bytes=" + offset + "-");
            headers.set(HttpHeaders.IF_RANGE, "\"" + sha256 + "\"");
        }
    }

    private static Opened opened(String url, long offset, ClientHttpResponse response) throws IOException {
        int status = response.getStatusCode().value();
        InputStream body = response.getBody();
        if (status == 200) {
            return new Opened(body, 0);
        }
        String range = response.getHeaders().getFirst(HttpHeaders.CONTENT_RANGE);
        if (status == 206 && range != null && range.startsWith("bytes " + offset + "-")) {
            return new Opened(body, offset);
        }
        body.close();
        throw new IOException(url + " answered " + status);
    }
}
