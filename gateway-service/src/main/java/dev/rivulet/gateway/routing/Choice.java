// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

/** Where a request for a model can go. */
public sealed interface Choice {

    /** To this replica, which serves it as {@code served}. */
    record Chosen(Replica replica, Replica.Served served) implements Choice {}

    /** Nowhere: the model, which a replica serves as {@code served}, can't do what is asked. */
    record Unable(Replica.Served served) implements Choice {}

    /** Nowhere: whoever has the model is outside this site, and the request may not leave it. */
    record LeavesSite() implements Choice {}

    /** Nowhere yet: a replica is loading the model. */
    record Loading() implements Choice {}

    /** Nowhere now: the model is known, or may be, yet no replica takes work for it. */
    record NoReplica() implements Choice {}

    /** Nowhere: no replica has the model. */
    record Unknown() implements Choice {}
}
