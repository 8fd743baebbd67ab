// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import java.time.Duration;

/**
 * What is to be done later.
 *
 * @param id {@code [A-Za-z0-9_-]{1,64}}; the same id is the same job
 * @param tenant the name of the API key
 * @param priority as replicas know it
 * @param endpoint the path at the replica
 * @param model the model that is asked for
 * @param session jobs of one session are answered one after the other; empty for none
 * @param stream whether the body asks for a stream
 * @param body the JSON body; never changed in place
 * @param note what is kept with the job for whoever submits it; empty for none. Never changed in place
 * @param lifetime how long it may wait and run
 */
public record JobRequest(
        String id,
        String tenant,
        String priority,
        String endpoint,
        String model,
        String session,
        boolean stream,
        byte[] body,
        byte[] note,
        Duration lifetime) {

    /** One without a note. */
    public JobRequest(
            String id,
            String tenant,
            String priority,
            String endpoint,
            String model,
            String session,
            boolean stream,
            byte[] body,
            Duration lifetime) {
        this(id, tenant, priority, endpoint, model, session, stream, body, new byte[0], lifetime);
    }

    /** The same request with another body. */
    JobRequest of(byte[] otherBody) {
        return new JobRequest(id, tenant, priority, endpoint, model, session, stream, otherBody, note, lifetime);
    }
}
