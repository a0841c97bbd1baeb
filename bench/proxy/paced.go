// Requests at a steady rate over kept connections, whether or not answers come in time; each connection has its own
// schedule, as in wrk2. A latency counts from when the request was due: waiting in line is part of it. Written in Go,
// because a generator in Node took a whole core to be punctual, and what it measured was its own share of the machine.
//
//	paced PORT CONNECTIONS PER_SECOND SECONDS
package main

import (
	"bytes"
	"fmt"
	"log"
	"net"
	"os"
	"sort"
	"strconv"
	"sync"
	"time"
)

var request = []byte("GET / HTTP/1.1\r\nHost: bench\r\nAccept: */*\r\n\r\n")

func main() {
	port, connections, perSecond, seconds := number(1), number(2), number(3), number(4)
	gap := time.Second * time.Duration(connections) / time.Duration(perSecond)
	count := perSecond * seconds / connections
	sockets := make([]net.Conn, connections)
	for i := range sockets {
		socket, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			log.Fatal(err)
		}
		sockets[i] = socket
	}
	latencies := make([][]time.Duration, connections)
	var all sync.WaitGroup
	start := time.Now()
	for i, socket := range sockets {
		all.Add(1)
		go func() {
			defer all.Done()
			offset := gap * time.Duration(i) / time.Duration(connections)
			latencies[i] = run(socket, start.Add(offset), gap, count)
		}()
	}
	all.Wait()
	var sorted []time.Duration
	for _, some := range latencies {
		sorted = append(sorted, some...)
	}
	sort.Slice(sorted, func(a, b int) bool { return sorted[a] < sorted[b] })
	milliseconds := func(share float64) float64 {
		return float64(sorted[int(share*float64(len(sorted)))].Microseconds()) / 1000
	}
	fmt.Printf("{\"p50\": %g, \"p99\": %g}\n", milliseconds(0.5), milliseconds(0.99))
}

func run(socket net.Conn, start time.Time, gap time.Duration, count int) []time.Duration {
	latencies := make([]time.Duration, count)
	answer := make([]byte, 4096)
	for i := range latencies {
		due := start.Add(gap * time.Duration(i))
		time.Sleep(time.Until(due))
		if _, err := socket.Write(request); err != nil {
			log.Fatal(err)
		}
		size, err := socket.Read(answer)
		if err != nil {
			log.Fatal(err)
		}
		// Answers are small and come whole; one ends with its body.
		if !bytes.HasPrefix(answer, []byte("HTTP/1.1 200")) || !bytes.Contains(answer[:size], []byte("\r\n\r\n")) {
			log.Fatalf("not a whole answer: %q", answer[:size])
		}
		latencies[i] = time.Since(due)
	}
	return latencies
}

func number(at int) int {
	if at >= len(os.Args) {
		log.Fatal("usage: paced PORT CONNECTIONS PER_SECOND SECONDS")
	}
	value, err := strconv.Atoi(os.Args[at])
	if err != nil {
		log.Fatal(err)
	}
	return value
}
