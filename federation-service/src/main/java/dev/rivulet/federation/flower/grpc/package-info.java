// SPDX-License-Identifier: Apache-2.0
/** Flower's bidirectional call over gRPC. */
@NullMarked
package dev.rivulet.federation.flower.grpc;

import org.jspecify.annotations.NullMarked;
