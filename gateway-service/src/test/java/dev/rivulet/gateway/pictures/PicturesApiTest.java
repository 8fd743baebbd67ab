// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

/** Pictures from a running gateway. */
@ExtendWith(SharedGateway.class)
class PicturesApiTest {

    private static final String PATH = "/v1/images/render";

    private final GatewayFixture gateway;

    PicturesApiTest(GatewayFixture gateway) {
        this.gateway = gateway;
    }

    private HttpResponse<String> post(String body) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url(PATH))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void theExampleOfTheDocumentIsDrawnAndMayDoNothingInAPage() throws Exception {
        HttpResponse<String> document = gateway.send(HttpRequest.newBuilder(gateway.url("/openapi.json")));
        String example = JsonMapper.shared()
                .readTree(document.body())
                .at("/paths/~1v1~1images~1render/post/requestBody/content/application~1json/example")
                .toString();
        HttpResponse<String> answer = post(example);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("image/svg+xml");
        assertThat(answer.headers().firstValue("content-security-policy")).hasValue("default-src 'none'; sandbox");
        assertThat(answer.body()).startsWith("<svg ").contains("Aurora").endsWith("</svg>\n");
    }

    @Test
    void aPngIsAFileOfItsOwnType() throws Exception {
        HttpResponse<String> answer = post(
                "{\"title\":\"t\",\"format\":\"png\",\"parts\":[{\"kind\":\"gauge\",\"label\":\"a\",\"value\":4}]}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("image/png");
        assertThat(answer.body().substring(1)).startsWith("PNG");
    }

    @Test
    void aWrongDescriptionIsTheCallersFaultAndNamesItsField() throws Exception {
        HttpResponse<String> answer = post("{\"title\":\"t\",\"parts\":[{\"kind\":\"gauge\",\"label\":\"a\"}]}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JsonMapper.shared()
                        .readTree(answer.body())
                        .at("/error/param")
                        .asString())
                .isEqualTo("parts[0].value");
        assertThat(post("{\"title\":\"" + "x".repeat(70_000) + "\"}").statusCode())
                .isEqualTo(413);
    }
}
