// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.http;

import dev.rivulet.cli.home.UsageException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service refused a call; the message is what the service said. */
public final class ApiException extends UsageException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 500;

    private final int status;

    private ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Reads an answer that is not a success, an OpenAI error object or a problem document. */
    public static ApiException of(String call, int status, String body) {
        return new ApiException(status, call + " was answered with " + status + ": " + reason(body));
    }

    /** HTTP status of the answer. */
    public int status() {
        return status;
    }

    static String reason(String body) {
        try {
            JsonNode json = new JsonMapper().readTree(body);
            String told = json.path("error").path("message").asString("");
            String detail = told.isEmpty() ? json.path("detail").asString("") : told;
            if (!detail.isEmpty()) {
                return detail;
            }
        } catch (JacksonException e) {
            return shortened(body);
        }
        return shortened(body);
    }

    private static String shortened(String body) {
        String line = body.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
