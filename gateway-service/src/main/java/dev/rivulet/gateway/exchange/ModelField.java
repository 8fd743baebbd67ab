// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** The field {@code model} of a body that an {@link Envelope} was read from. */
public final class ModelField {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(tools.jackson.core.StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE - 16)
                    .build())
            .build();

    private ModelField() {}

    /** The same body, byte for byte, with another model. */
    public static byte[] replaced(byte[] body, String model) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = parser.currentName().equals("model");
                parser.nextToken();
                if (found) {
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    parser.getString();
                    return spliced(body, from, (int) parser.currentLocation().getByteOffset(), model);
                }
                parser.skipChildren();
            }
        }
        throw new IllegalArgumentException("the body has no model");
    }

    private static byte[] spliced(byte[] body, int from, int to, String model) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + model.length());
        out.write(body, 0, from);
        out.write('"');
        out.writeBytes(
                new String(JsonStringEncoder.getInstance().quoteAsCharArray(model)).getBytes(StandardCharsets.UTF_8));
        out.write('"');
        out.write(body, to, body.length - to);
        return out.toByteArray();
    }
}
