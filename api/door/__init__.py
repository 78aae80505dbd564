"""The public door: how often codes may be looked up.

buckets   counts that the processes of one machine share
limits    what they are held to, by client and by enterprise
"""
