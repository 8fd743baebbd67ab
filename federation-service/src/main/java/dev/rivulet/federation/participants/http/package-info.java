// SPDX-License-Identifier: Apache-2.0
/** Devices over HTTP: signed calls, enrolment, heartbeats, consent; tokens as JSON. */
@NullMarked
package dev.rivulet.federation.participants.http;

import org.jspecify.annotations.NullMarked;
